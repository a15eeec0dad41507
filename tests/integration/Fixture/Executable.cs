using System.Text;

namespace IntegrationTests.Fixture;

/// <summary>
/// The only way for a test to make a file that is executed. Another process writes the file. A program that another test starts at the
/// same time inherits this process's open descriptors until its exec, and a file that is open for writing cannot be executed ("text file
/// busy"). Neither closing it first nor close-on-exec helps.
/// </summary>
internal static class Executable
{
    /// <summary>Writes a script, or a file that looks like a program, with mode 0755.</summary>
    /// <returns>The path.</returns>
    public static string Write(string path, string text) => Make(path, text, "/dev/stdin");

    /// <summary>Copies a program with mode 0755. An existing file is unlinked, not overwritten, because it may be running.</summary>
    /// <returns>The path of the copy.</returns>
    public static string Copy(string from, string to) => Make(to, "", from);

    private static string Make(string path, string input, string source)
    {
        const string Script = "rm -f -- \"$2\"; cat -- \"$1\" >\"$2\"; chmod 755 -- \"$2\"";
        _ = new Command("/bin/sh", "-ec", Script, "sh", source, path) { Input = Encoding.UTF8.GetBytes(input) }.Run().EnsureSuccess();
        return path;
    }
}
