using System.Text.RegularExpressions;
using IntegrationTests.Fixture;

namespace IntegrationTests.Engines;

/// <summary>A command's exit code and output, without times, the test's directory and the path of the runtime.</summary>
internal sealed partial record RuntimeMessage(int? ExitCode, string Output, string Error)
{
    public static RuntimeMessage Of(CommandResult result, string directory) =>
        new(result.ExitCode, Anywhen(result.OutputText, directory), Anywhen(result.ErrorText, directory));

    private static string Anywhen(string text, string directory) =>
        CalledBy().Replace(Time().Replace(text.Replace(directory, "DIRECTORY", StringComparison.Ordinal), "TIME"), "$1");

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")]
    private static partial Regex Time();

    // argp and urfave/cli print the program's path, which the wrapper resolves.
    [GeneratedRegex(@"/usr/s?bin/(runc|crun)\b")]
    private static partial Regex CalledBy();
}
