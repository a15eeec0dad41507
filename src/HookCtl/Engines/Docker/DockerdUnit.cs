using HookCtl.Files;
using HookCtl.Processes;

namespace HookCtl.Engines.Docker;

/// <summary>systemd's docker.service: what dockerd is started with when it does not run.</summary>
internal static class DockerdUnit
{
    internal const string Name = "docker.service";

    private const string Arguments = "argv[]=";
    private const string End = " ; ";

    /// <summary>Where Debian's and Fedora's units have variables from.</summary>
    private static readonly string[] s_variables = ["/etc/default/docker", "/etc/sysconfig/docker"];

    /// <summary>Whether systemd is the one that starts daemons here, sd_booted(3).</summary>
    internal static bool HasSystemd => Directory.Exists("/run/systemd/system");

    /// <summary>The command line; without words if there is no such unit.</summary>
    internal static async Task<DockerdCommandLine> CommandLineAsync(CancellationToken token)
    {
        if (!HasSystemd
            || await ExternalProgram.RunAsync("systemctl", ["show", "--property", "ExecStart", "--value", Name], token) is not { ExitCode: 0 } shown)
        {
            return DockerdCommandLine.None;
        }

        // { path=/usr/bin/dockerd ; argv[]=/usr/bin/dockerd -H fd:// $DOCKER_OPTS ; ignore_errors=no ; .. }
        int start = shown.Output.IndexOf(Arguments, StringComparison.Ordinal);
        int end = start < 0 ? -1 : shown.Output.IndexOf(End, start, StringComparison.Ordinal);
        return end < 0
            ? DockerdCommandLine.None
            : new DockerdCommandLine([.. Words(shown.Output[(start + Arguments.Length)..end]).SelectMany(Expanded)], "/");
    }

    private static IEnumerable<string> Expanded(string word) => word.StartsWith('$') ? Words(Variable(word.Trim('$', '{', '}'))) : [word];

    private static string Variable(string name) => s_variables
        .Select(new EngineFiles().Text)
        .OfType<string>()
        .SelectMany(text => text.Split('\n'))
        .LastOrDefault(line => line.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..].Trim('"', '\'', ' ') ?? "";

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
