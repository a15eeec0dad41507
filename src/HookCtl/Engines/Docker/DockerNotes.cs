namespace HookCtl.Engines.Docker;

/// <summary>What is told of an install and an uninstall for Docker: what dockerd knows by now, and what is to be done next.</summary>
internal static class DockerNotes
{
    /// <summary>Whether the running dockerd is made to read the file again: it must be its own.</summary>
    internal static bool Reloads(InstallRequest request, Dockerd daemon) =>
        daemon.Pid is not null && !request.NoReload;

    internal static IReadOnlyList<string> Installed(InstallRequest request, Dockerd daemon, string? like)
    {
        string usage = request.MakeDefault ? "docker run --rm hello-world" : $"docker run --rm --runtime={request.Name} hello-world";
        IEnumerable<string> inherited = like is null ? [] : [$"it has the settings of {like}, which runc-wrap calls"];
        return
        [
            .. inherited,
            .. Reloads(request, daemon) ? ["dockerd was reloaded and knows the runtime", $"try it: {usage}"]
                : daemon.Instead is { } other ? (string[])[OfAnotherFile(daemon, other)]
                : daemon.Pid is null ? ["dockerd does not run: it knows the runtime when it starts", $"then try it: {usage}"]
                : ["dockerd was not reloaded: it knows the runtime after systemctl reload docker, or kill -HUP", $"then try it: {usage}"],
        ];
    }

    internal static IReadOnlyList<string> Uninstalled(
        InstallRequest request, Dockerd daemon, IReadOnlyList<string> users, string? newDefault) =>
        [
            .. UninstallNotes.Of(request, users, newDefault),
            Reloads(request, daemon) ? "dockerd was reloaded and forgets the runtime"
                : daemon.Instead is { } other ? OfAnotherFile(daemon, other)
                : daemon.Pid is null ? "dockerd does not run: it forgets the runtime when it starts"
                : "dockerd was not reloaded: it forgets the runtime after systemctl restart docker",
        ];

    private static string OfAnotherFile(Dockerd daemon, Dockerd other) =>
        $"dockerd {(other.Pid is null ? "reads" : "runs with")} {other.ConfigFile}: it knows nothing of {daemon.ConfigFile} "
        + $"before it is started with --config-file {daemon.ConfigFile}";
}
