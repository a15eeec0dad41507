namespace HookEngine.Model;

/// <summary>A program to run at a stage, as in config.json; OCI runtime specification, "POSIX-platform Hooks".</summary>
/// <param name="Path">The program's absolute path.</param>
/// <param name="Args">The arguments, starting with the program's name; null or empty if none are given.</param>
/// <param name="Env">The environment as KEY=value; null or empty to inherit the runtime's.</param>
/// <param name="Timeout">The timeout in seconds, after which the runtime ends the hook; null for no limit.</param>
public sealed record Hook(string Path, IReadOnlyList<string>? Args, IReadOnlyList<string>? Env, long? Timeout)
{
    /// <summary>The required SHA-256 of the program's file, 64 lower-case hexadecimal digits; null if there is no requirement.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Whether both hooks run the same program in the same way. <see cref="Sha256"/> is not compared.</summary>
    public bool Equals(Hook? other) =>
        other is not null
        && Path == other.Path
        && Timeout == other.Timeout
        && SameWords(Args, other.Args)
        && SameWords(Env, other.Env);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Path);
        hash.Add(Timeout);
        foreach (string word in Args ?? [])
        {
            hash.Add(word);
        }

        foreach (string variable in Env ?? [])
        {
            hash.Add(variable);
        }

        return hash.ToHashCode();
    }

    private static bool SameWords(IReadOnlyList<string>? left, IReadOnlyList<string>? right) =>
        (left ?? []).SequenceEqual(right ?? []);
}
