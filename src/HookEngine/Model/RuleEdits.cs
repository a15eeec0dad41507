namespace HookEngine.Model;

/// <summary>What a rule changes in a configuration besides the hook it injects.</summary>
/// <param name="Own">The edits that it has itself.</param>
/// <param name="Devices">CDI devices, <c>vendor.com/class=name</c>, whose edits it has, too.</param>
/// <param name="FromAnnotations">Whether it has those of the devices, too, that annotations <c>cdi.k8s.io/*</c> name.</param>
/// <param name="OnConflict">What becomes of an edit of something that is there already and is different.</param>
public sealed record RuleEdits(ContainerEdits Own, IReadOnlyList<string> Devices, bool FromAnnotations, OnConflict OnConflict)
{
    /// <summary>What is edited, in words.</summary>
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

/// <summary>What becomes of an edit of something that is there already and is different.</summary>
public enum OnConflict
{
    /// <summary>The container is not created.</summary>
    Fail,

    /// <summary>What is there stays.</summary>
    Keep,

    /// <summary>The edit takes its place.</summary>
    Replace,
}
