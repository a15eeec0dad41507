namespace HookCtl.Install;

/// <summary>Podman: a file in containers.conf.d, which it reads each time.</summary>
internal static class PodmanEngine
{
    private const string Engine = "podman";

    internal static InstallReport Install(InstallRequest request)
    {
        FileChange change = DropIn.Make(FileOf(request), Engine, request, makeDefault => $"""
            {(makeDefault ? $"[engine]\nruntime = \"{request.Name}\"\n\n" : "")}[engine.runtimes]
            "{request.Name}" = ["{request.Wrapper}"]

            """);
        return FileChanges.Make(Engine, request, [change], InstallOutcome.Installed, InstallOutcome.AlreadyInstalled,
        [
            "Podman reads hooks directories itself: in one that both read, each rule's hook runs twice; "
                + "give the wrapper others by hooksDirs",
            $"try it: podman {(request.MakeDefault ? "" : $"--runtime={request.Name} ")}run --rm docker.io/library/hello-world",
        ]);
    }

    internal static InstallReport Uninstall(InstallRequest request)
    {
        FileChange change = DropIn.Remove(FileOf(request), Engine, request.Name);
        IReadOnlyList<string>? users = change.IsNone || request.Force ? [] : ContainersWith(request.Name);
        return users is { Count: > 0 }
            ? new InstallReport(Engine, request.Name, InstallOutcome.InUse, [], [], users, null)
            : FileChanges.Make(Engine, request, [change], InstallOutcome.Uninstalled, InstallOutcome.NotInstalled,
                [users is null
                    ? "podman does not tell what containers there are: those that use the runtime cannot be started any more"
                    : "containers of other users were not looked at: those that use the runtime cannot be started any more"]);
    }

    private static string FileOf(InstallRequest request) =>
        request.ConfigFile ?? $"/etc/containers/containers.conf.d/ocihooks-{request.Name}.conf";

    /// <summary>The containers of this user with a runtime; null if podman does not tell.</summary>
    private static IReadOnlyList<string>? ContainersWith(string runtime)
    {
        if (ExternalProgram.Run("podman", "ps", "--all", "--quiet", "--no-trunc") is not { ExitCode: 0 } all)
        {
            return null;
        }

        string[] ids = all.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (ids.Length == 0)
        {
            return [];
        }

        string head = runtime + " ";
        ExternalProgram? told = ExternalProgram.Run("podman", ["container", "inspect", "--format", "{{.OCIRuntime}} {{.Name}}", .. ids]);
        IEnumerable<string>? users = told?.Output.Split('\n').Where(line => line.StartsWith(head, StringComparison.Ordinal));
        return told is { ExitCode: 0 } ? [.. users!.Select(line => line[head.Length..])] : null;
    }
}
