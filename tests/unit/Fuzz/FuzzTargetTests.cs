using Fuzz;

namespace UnitTests.Fuzz;

/// <summary>
/// Runs the fuzzer's targets on their seeds, and on shortened and changed seeds, so that each target works when it is needed.
/// </summary>
public sealed class FuzzTargetTests
{
    private const int Pieces = 64;

    private static readonly byte[] s_bytes = [0, (byte)'\\', (byte)'"', (byte)'{', (byte)']', (byte)'\n', 0xFF];

    public static TheoryData<string> Names => new(FuzzTarget.All.Select(target => target.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_text_that_is_cut_short_or_changed_is_read_or_refused(string name)
    {
        var target = FuzzTarget.Named(name);
        byte[][] seeds = [.. target.SeedTexts(Repository.Root)];

        Assert.NotEmpty(seeds);
        Assert.All(seeds, seed =>
        {
            target.Read(seed);
            for (int i = 0; i < seed.Length; i += 1 + (seed.Length / Pieces))
            {
                target.Try(seed[..i]);
                byte[] changed = [.. seed];
                changed[i] = s_bytes[i % s_bytes.Length];
                target.Try(changed);
            }
        });
    }
}
