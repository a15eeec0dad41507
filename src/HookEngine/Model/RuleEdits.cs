namespace HookEngine.Model;

/// <summary>The changes that a rule makes to a configuration besides its hook.</summary>
/// <param name="Own">The edits in the rule itself.</param>
/// <param name="Devices">CDI devices, <c>vendor.com/class=name</c>, whose edits are applied too.</param>
/// <param name="FromAnnotations">Whether the edits of devices that annotations <c>cdi.k8s.io/*</c> name are applied too.</param>
/// <param name="OnConflict">What to do if an edit conflicts with a different existing item.</param>
public sealed record RuleEdits(ContainerEdits Own, IReadOnlyList<string> Devices, bool FromAnnotations, OnConflict OnConflict)
{
    /// <summary>A description of each edit.</summary>
    public IReadOnlyList<string> Words =>
    [
        .. Devices.Select(device => $"cdi {device}"),
        .. FromAnnotations ? ["cdi of annotations"] : Array.Empty<string>(),
        .. Own.Env.Select(variable => $"env {variable[..Math.Max(variable.IndexOf('=', StringComparison.Ordinal), 0)]}"),
        .. Own.Mounts.Select(mount => $"mount {mount.ContainerPath}"),
        .. Own.DeviceNodes.Select(device => $"device {device.Path}"),
        .. Own.AdditionalGids.Select(group => $"group {group}"),
        .. Own.Hooks.Select(hook => $"{hook.Stage.Name()} {hook.Hook.Path}"),
        .. Own.Annotations.Select(annotation => $"annotation {annotation.Key}"),
        .. Own.Seccomp is null ? Array.Empty<string>() : ["seccomp"],
    ];
}

/// <summary>What to do if an edit conflicts with a different existing item.</summary>
public enum OnConflict
{
    /// <summary>Fail: the container is not created.</summary>
    Fail,

    /// <summary>Keep the existing item.</summary>
    Keep,

    /// <summary>Replace the existing item.</summary>
    Replace,
}
