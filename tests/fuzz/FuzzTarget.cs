using Linux;

namespace Fuzz;

/// <summary>A reader of texts from outside OciHooks, for a fuzzer to try.</summary>
/// <param name="Name">The target's name on the command line.</param>
/// <param name="Read">Reads a text. <see cref="OciHooksException"/> is a valid answer. Any other exception is a defect.</param>
/// <param name="Seeds">
/// Texts to begin with. A seed that begins with <c>tests/</c> is a pattern of files in the repository. Any other seed is the text.
/// </param>
internal sealed record FuzzTarget(string Name, Action<byte[]> Read, params IReadOnlyList<string> Seeds)
{
    /// <summary>All targets.</summary>
    internal static IReadOnlyList<FuzzTarget> All { get; } =
        [.. RuleTargets.All, .. ConfigurationTargets.All, .. EngineTargets.All, .. RecorderTargets.All];

    /// <exception cref="ArgumentException">There is no target with that name.</exception>
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
            // The text was refused with a message.
        }
    }

    /// <summary>Returns the texts to begin with.</summary>
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

    /// <summary>Fails if a condition that must hold for any text does not hold.</summary>
    internal static void Ensure(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }
}
