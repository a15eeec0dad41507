using System.Text;

namespace IntegrationTests.Fixture;

/// <summary>
/// The one way for a test to make a file that is executed. Another process writes it, never this one: a program that some other test
/// starts at the same time has whatever this process has open until it executes its own file, and a file that anybody has open for
/// writing cannot be executed ("text file busy"). Closing it first does not help, nor does close-on-exec.
/// </summary>
internal static class Executable
{
    /// <summary>Writes a script, or what is to be taken for a program, with mode 0755.</summary>
    /// <returns>The path.</returns>
    public static string Write(string path, string text) => Make(path, text, "/dev/stdin");

    /// <summary>Copies a program with mode 0755. One that is there already is unlinked, not overwritten: it may be running.</summary>
    /// <returns>The path of the copy.</returns>
    public static string Copy(string from, string to) => Make(to, "", from);

    private static string Make(string path, string input, string source)
    {
        const string Script = "rm -f -- \"$2\"; cat -- \"$1\" >\"$2\"; chmod 755 -- \"$2\"";
        _ = new Command("/bin/sh", "-ec", Script, "sh", source, path) { Input = Encoding.UTF8.GetBytes(input) }.Run().EnsureSuccess();
        return path;
    }
}
