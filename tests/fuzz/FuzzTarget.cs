using Linux;

namespace Fuzz;

/// <summary>A reader of what others than OciHooks write, for a fuzzer to try.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Read">Reads a text. <see cref="OciHooksException"/> is an answer; any other exception is a fault.</param>
/// <param name="Seeds">Texts to begin with: what begins with <c>tests/</c> is a pattern of files of the repository, the rest is the text.</param>
internal sealed record FuzzTarget(string Name, Action<byte[]> Read, params IReadOnlyList<string> Seeds)
{
    /// <summary>All of them.</summary>
    internal static IReadOnlyList<FuzzTarget> All { get; } =
        [.. RuleTargets.All, .. ConfigurationTargets.All, .. EngineTargets.All, .. RecorderTargets.All];

    /// <exception cref="ArgumentException">There is none with that name.</exception>
    internal static FuzzTarget Named(string name) => All.FirstOrDefault(target => target.Name == name)
        ?? throw new ArgumentException($"there is no target {name}; there are {string.Join(", ", All.Select(target => target.Name))}");

    /// <summary>Tries a text.</summary>
    internal void Try(byte[] text)
    {
        try
        {
            Read(text);
        }
        catch (OciHooksException)
        {
            // The text was refused, in words.
        }
    }

    /// <summary>The texts to begin with.</summary>
    /// <param name="repository">The repository's directory.</param>
    internal IEnumerable<byte[]> SeedTexts(string repository)
    {
        foreach (string seed in Seeds)
        {
            if (!seed.StartsWith("tests/", StringComparison.Ordinal))
            {
                yield return System.Text.Encoding.UTF8.GetBytes(seed);
                continue;
            }

            string pattern = Path.Combine(repository, seed);
            foreach (string file in Directory.GetFiles(Path.GetDirectoryName(pattern)!, Path.GetFileName(pattern)).Order(StringComparer.Ordinal))
            {
                yield return File.ReadAllBytes(file);
            }
        }
    }

    /// <summary>Fails if something does not hold that has to, whatever the text is.</summary>
    internal static void Ensure(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }
}
