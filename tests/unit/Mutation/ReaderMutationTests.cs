using System.Globalization;
using System.Text;
using HookEngine;

namespace Tests.Unit.Mutation;

/// <summary>
/// Whatever is in a file or on a command line, its reader gives a value or its own error, which names the file: no other exception, and no end of
/// the process. OCIHOOKS_MUTATIONS sets how many inputs each reader gets.
/// </summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class ReaderMutationTests : IDisposable
{
    private const int UsualCount = 1000;

    private readonly MutatedFiles _files = new();

    public static TheoryData<string> Readers => [.. MutatedReader.All.Select(reader => reader.Name)];

    public void Dispose() => _files.Dispose();

    [Theory]
    [MemberData(nameof(Readers))]
    public void A_reader_gives_a_value_or_its_own_error(string name)
    {
        MutatedReader reader = MutatedReader.All.Single(known => known.Name == name);
        byte[][] good = [.. reader.Good.Select(Encoding.UTF8.GetBytes)];
        Assert.All(good, text => Read(reader, text, "as it is"));
        int count = int.Parse(
            Environment.GetEnvironmentVariable("OCIHOOKS_MUTATIONS") ?? $"{UsualCount}", CultureInfo.InvariantCulture);
        for (int i = 0; i < count; i++)
        {
            Read(reader, new Mutator((ulong)i).Make(good), $"number {i}");
        }
    }

    /// <summary>What was found once.</summary>
    [Theory]
    [MemberData(nameof(MutatedReader.Found), MemberType = typeof(MutatedReader))]
    public void What_was_found_once_is_read(string name, string text) =>
        Read(MutatedReader.All.Single(known => known.Name == name), Encoding.Latin1.GetBytes(text), "as found");

    private void Read(MutatedReader reader, byte[] text, string which)
    {
        try
        {
            reader.Read(text, _files);
        }
        catch (OciHooksException error)
        {
            Assert.True(
                error.Message.Contains(reader.FileName, StringComparison.Ordinal), $"{reader.Name}, {which}: \"{error.Message}\" names no file");
        }
        catch (Exception defect) when (defect is not OutOfMemoryException)
        {
            string shown = Encoding.Latin1.GetString(text.AsSpan(0, Math.Min(text.Length, 2000)));
            Assert.Fail($"{reader.Name}, {which}: {defect}\n{shown}");
        }
    }
}
