using System.Globalization;
using IntegrationTests.Fixture;

namespace IntegrationTests.Seccomp;

/// <summary>Compares the table of call names and numbers with libseccomp.</summary>
[Trait("Needs", "minutes")]
public sealed class CallTableTests
{
    /// <summary>The first number that libseccomp 2.5.4 does not know. All architectures share the numbers from here on.</summary>
    private const int FirstUnknown = 449;

    /// <summary>The range of results for calls that on 32-bit x86 are also parts of socketcall and ipc.</summary>
    private const int FirstMultiplexed = -299;
    private const int LastMultiplexed = -101;

    private const int X32Bit = 0x40000000;

    [Theory]
    [InlineData("x86_64", 1)]
    [InlineData("x86", 2)]
    [InlineData("x32", 3)]
    [InlineData("aarch64", 4)]
    [InlineData("arm", 5)]
    public void Numbers_are_those_of_libseccomp(string architecture, int column)
    {
        string[][] rows = [.. File.ReadLines(Path.Combine(Repository.Root, "src", "SeccompProfiles", "Calls", "calls.tbl"))
            .Where(line => !line.StartsWith('#')).Select(line => line.Split(' '))];
        const string Resolve = "for name; do scmp_sys_resolver -a \"$0\" \"$name\"; done";
        string[] answers = new Command("sh", ["-c", Resolve, architecture, .. rows.Select(row => (ByteString)row[0])])
            .Run().EnsureSuccess().OutputText.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(rows.Length, answers.Length);
        string[] different = [.. rows.Zip(answers)
            .Where(pair => !IsSame(pair.First[column], Number(pair.Second)))
            .Select(pair => $"{pair.First[0]}: {pair.First[column]}, not {pair.Second}")];
        Assert.Empty(different);
    }

    private static int Number(string answer) =>
        int.Parse(answer, CultureInfo.InvariantCulture) is var number && number >= 0 ? number & ~X32Bit : number;

    private static bool IsSame(string known, int answer) => known == "-"
        ? answer < 0
        : answer.ToString(CultureInfo.InvariantCulture) == known
            || answer is >= FirstMultiplexed and <= LastMultiplexed
            || (answer < 0 && (int.Parse(known, CultureInfo.InvariantCulture) >= FirstUnknown || known is "335" or "336"));
}
