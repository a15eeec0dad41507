using System.Text.Json;
using HookEngine.Json;
using HookEngine.Linux;

namespace HookEngine.Rules;

/// <summary>Reads the text of a rule file.</summary>
internal static class RuleFile
{
    private const int SizeLimit = 4 * 1024 * 1024;

    /// <summary>How often, and how far apart, a file is read again that is not JSON.</summary>
    private const int Rereads = 4;
    private const uint RereadMicroseconds = 10_000;

    /// <summary>Makes something of a text; it throws <see cref="JsonException"/> if the text is not JSON.</summary>
    internal delegate void Use(ReadOnlySpan<byte> json);

    /// <summary>
    /// Has a file's text used. What is wrong with it is noted, but not that it is not there: it is a dangling link, or was removed
    /// since the directory was read.
    /// </summary>
    /// <returns>Why it cannot be read; null if it could.</returns>
    internal static FileError? Read(FilePath path, List<Diagnostic> diagnostics, Use use)
    {
        for (int attempt = 0; ; attempt++)
        {
            using NativeBuffer? json = RegularFile.Read(path, SizeLimit, out FileError error);
            if (json is null)
            {
                if (error.Errno != Libc.ENOENT)
                {
                    diagnostics.Add(new Diagnostic(Severity.Error, path.ToString(), null, $"{error.Text}; mend or remove it"));
                }

                return error;
            }

            try
            {
                use(json.Span);
                return null;
            }
            catch (JsonException syntax)
            {
                // An editor may be just writing it.
                if (attempt == Rereads)
                {
                    JsonProblem problem = GoJson.Describe(json.Span, syntax);
                    diagnostics.Add(new Diagnostic(
                        Severity.Error, path.ToString(), null, problem.Text + "; mend it there", problem.Line, problem.Column));
                    return null;
                }
            }

            _ = Libc.usleep(RereadMicroseconds);
        }
    }
}
