namespace HookEngine.Model;

/// <summary>A program to run at a stage, as config.json has it; OCI runtime specification, "POSIX-platform Hooks".</summary>
/// <param name="Path">The program's absolute path.</param>
/// <param name="Args">Its arguments, the first being its name; null or empty for none of its own.</param>
/// <param name="Env">Its environment as KEY=value; null or empty to inherit the runtime's.</param>
/// <param name="Timeout">Seconds until the runtime ends it; null for no limit.</param>
public sealed record Hook(string Path, IReadOnlyList<string>? Args, IReadOnlyList<string>? Env, long? Timeout)
{
    /// <summary>The SHA-256 that the program's file must have, in 64 lower-case hexadecimal digits; null if any will do.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Whether both describe the same program run the same way.</summary>
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
