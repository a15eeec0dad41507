namespace HookCtl.Engines.Docker;

/// <summary>The words that a dockerd is started with, and the directory that paths in them are relative to.</summary>
internal sealed record DockerdCommandLine(IReadOnlyList<string> Words, string Directory)
{
    internal static DockerdCommandLine None { get; } = new([], "/");

    /// <summary>The first of some flags that it has, as it stands there; null if it has none of them.</summary>
    internal string? First(params string[] flags) => Words.FirstOrDefault(word => flags.Any(flag => IsFlag(word, flag)));

    /// <summary>A flag's value as a path; null if it is not given. Of several the last counts.</summary>
    internal string? Path(string flag) =>
        Values(flag).LastOrDefault() is { Length: > 0 } value ? System.IO.Path.GetFullPath(value, Directory) : null;

    /// <summary>The values of a flag: <c>--flag=value</c>, <c>--flag value</c>, and for short ones <c>-Fvalue</c>.</summary>
    internal IEnumerable<string> Values(params string[] flags)
    {
        for (int i = 0; i < Words.Count; i++)
        {
            string word = Words[i];
            if (flags.FirstOrDefault(flag => IsFlag(word, flag)) is not { } named)
            {
                continue;
            }

            if (word.Length > named.Length)
            {
                yield return word[named.Length] == '=' ? word[(named.Length + 1)..] : word[named.Length..];
            }
            else if (i + 1 < Words.Count)
            {
                yield return Words[++i];
            }
        }
    }

    private static bool IsFlag(string word, string flag) =>
        word == flag
        || word.StartsWith(flag + "=", StringComparison.Ordinal)
        || (flag.Length == 2 && word.StartsWith(flag, StringComparison.Ordinal));
}
