using Linux;

namespace SeccompRecorder.State;

/// <summary>
/// The file to write a profile to, and an optional profile to extend: <c>of:/OUTPUT[;if:/INPUT]</c>, as in oci-seccomp-bpf-hook.
/// </summary>
/// <param name="Output">The path to write the profile to.</param>
/// <param name="Input">The path of the profile to extend; null for none.</param>
internal sealed record TraceRequest(string Output, string? Input)
{
    /// <summary>
    /// Reads a request. Each part may occur once, and paths are not normalized. So a rule's pattern limits what an annotation can name.
    /// </summary>
    /// <param name="text">The annotation's value.</param>
    /// <param name="directory">The directory that the files must be in, at any depth; null for any directory.</param>
    /// <exception cref="OciHooksException">The text is not a request.</exception>
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
