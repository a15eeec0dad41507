using HookEngine;

namespace SeccompRecorder;

/// <summary>
/// Where a profile is to be written, and one that is its beginning: <c>of:/OUTPUT[;if:/INPUT]</c>, as oci-seccomp-bpf-hook has it.
/// </summary>
/// <param name="Output">Where the profile goes.</param>
/// <param name="Input">The profile that it begins with; null for none.</param>
internal sealed record TraceOrder(string Output, string? Input)
{
    internal static TraceOrder Parse(string text)
    {
        string? output = null, input = null;
        foreach (string part in text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.StartsWith("of:", StringComparison.Ordinal))
            {
                output = Absolute(part[3..], text);
            }
            else if (part.StartsWith("if:", StringComparison.Ordinal))
            {
                input = Absolute(part[3..], text);
            }
            else
            {
                throw Wrong(text, $"\"{part}\" is neither of:PATH nor if:PATH");
            }
        }

        return new TraceOrder(output ?? throw Wrong(text, "of:PATH is missing"), input);
    }

    private static string Absolute(string path, string text) =>
        path is ['/', _, ..] ? path : throw Wrong(text, $"the path \"{path}\" is not absolute");

    private static OciHooksException Wrong(string text, string what) =>
        new($"annotation io.containers.trace-syscall: \"{text}\": {what}; write of:/path[;if:/path]");
}
