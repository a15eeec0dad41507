using System.Globalization;
using System.Text.RegularExpressions;
using IntegrationTests.Fixture;

namespace IntegrationTests.Growth;

/// <summary>
/// Counts the instructions that a program executes, valgrind(1). The number is the same each time, also on a busy machine.
/// </summary>
internal static partial class Callgrind
{
    /// <summary>Runs a program to its end. Returns the number of instructions.</summary>
    /// <param name="directory">Its working directory.</param>
    /// <param name="commandLine">The program and its arguments.</param>
    public static long Count(string directory, params IEnumerable<string> commandLine)
    {
        CommandResult result = new Command(
            "valgrind",
            ["--tool=callgrind", "--callgrind-out-file=/dev/null", .. commandLine.Select(word => (ByteString)word)])
        {
            WorkingDirectory = directory,
            Timeout = TimeSpan.FromMinutes(10),
        }.Run();
        Match collected = Collected().Match(result.ErrorText);
        return collected.Success
            ? long.Parse(collected.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"valgrind counted nothing: {result}");
    }

    [GeneratedRegex(@"Collected : (\d+)")]
    private static partial Regex Collected();
}
