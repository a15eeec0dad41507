using Linux;

namespace SeccompRecorder.State;

/// <summary>
/// Where a profile is to be written, and one that is its beginning: <c>of:/OUTPUT[;if:/INPUT]</c>, as oci-seccomp-bpf-hook has it.
/// </summary>
/// <param name="Output">Where the profile goes.</param>
/// <param name="Input">The profile that it begins with; null for none.</param>
internal sealed record TraceRequest(string Output, string? Input)
{
    /// <summary>Reads it. Whoever writes annotations gets no further than a pattern of them says: each part is there once, as it is.</summary>
    /// <param name="text">The annotation's value.</param>
    /// <param name="directory">The directory that the files must be in, at whatever depth; null for anywhere.</param>
    /// <exception cref="OciHooksException">It is none.</exception>
    internal static TraceRequest Parse(string text, string? directory)
    {
        string? output = null, input = null;
        foreach (string part in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            bool isOutput = part.StartsWith("of:", StringComparison.Ordinal);
            if (!isOutput && !part.StartsWith("if:", StringComparison.Ordinal))
            {
                throw Wrong(text, $"\"{part}\" is neither of:PATH nor if:PATH");
            }

            if ((isOutput ? output : input) is not null)
            {
                throw Wrong(text, $"{part[..3]} is there twice");
            }

            _ = isOutput ? output = Clean(part[3..], directory, text) : input = Clean(part[3..], directory, text);
        }

        return new TraceRequest(output ?? throw Wrong(text, "of:PATH is missing"), input);
    }

    private static string Clean(string path, string? directory, string text) =>
        path is not ['/', _, ..] ? throw Wrong(text, $"the path \"{path}\" is not absolute")
        : path[1..].Split('/').Any(name => name is "" or "." or "..")
            ? throw Wrong(text, $"the path \"{path}\" has an empty name, . or .. in it")
        : directory is not null && !AnnotatedFile.IsBelow(path, directory)
            ? throw Wrong(text, $"the path \"{path}\" is not in {directory}")
        : path;

    private static OciHooksException Wrong(string text, string what) =>
        new($"annotation io.containers.trace-syscall: \"{text}\": {what}; write of:/path[;if:/path]");
}
