using System.Text.RegularExpressions;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>How a command ended and what it said, but for the time, the test's directory and the path that the runtime was called by.</summary>
internal sealed partial record RuntimeMessage(int? ExitCode, string Output, string Error)
{
    public static RuntimeMessage Of(CommandResult result, string directory) =>
        new(result.ExitCode, Anywhen(result.OutputText, directory), Anywhen(result.ErrorText, directory));

    private static string Anywhen(string text, string directory) =>
        CalledBy().Replace(Time().Replace(text.Replace(directory, "DIRECTORY", StringComparison.Ordinal), "TIME"), "$1");

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")]
    private static partial Regex Time();

    // argp and urfave/cli show the program's path, which the wrapper looks up.
    [GeneratedRegex(@"/usr/s?bin/(runc|crun)\b")]
    private static partial Regex CalledBy();
}
