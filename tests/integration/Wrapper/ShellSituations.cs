using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Runs the wrapper in situations that a shell can create: limits, closed descriptors, other users, mounts.</summary>
internal static class ShellSituations
{
    private const string OrdinaryUserId = "65534";

    /// <summary>
    /// Runs a script that gets the wrapper's command line, with the bench's settings: <c>exec "$@"</c> starts it.
    /// </summary>
    public static CommandResult RunScript(this WrapperBench bench, string script, params IEnumerable<ByteString> arguments) =>
        Start(bench, ["/bin/sh", "-c", script, "sh", Repository.Wrapper, "--wrap-config", bench.SettingsFile, .. arguments]);

    /// <summary>Runs a script like <see cref="RunScript"/>, in its own mount namespace. Needs root.</summary>
    public static CommandResult RunWithMounts(this WrapperBench bench, string script, params IEnumerable<ByteString> arguments) =>
        Start(bench, [
            "unshare", "--mount", "--propagation", "private",
            "/bin/sh", "-ec", script, "sh", Repository.Wrapper, "--wrap-config", bench.SettingsFile, .. arguments]);

    /// <summary>Runs the wrapper as a user who is not root and owns nothing. Needs root.</summary>
    public static CommandResult RunAsOrdinaryUser(this WrapperBench bench, params IEnumerable<ByteString> arguments)
    {
        // Only its owner may be able to enter the repository.
        string wrapper = Path.Combine(bench.Root, "runc-wrap");
        string recorder = Path.Combine(bench.Root, "recorder");
        if (!File.Exists(wrapper))
        {
            _ = Executable.Copy(Repository.Wrapper, wrapper);
            _ = Executable.Copy(Probes.Recorder, recorder);
            bench.Set("runtime", recorder);
            _ = new Command("chmod", "755", bench.Root).Run().EnsureSuccess();
            _ = new Command("chmod", "777", bench.Records).Run().EnsureSuccess();
        }

        return Start(bench, [
            "setpriv", "--reuid", OrdinaryUserId, "--regid", OrdinaryUserId, "--clear-groups", "--inh-caps=-all",
            wrapper, "--wrap-config", bench.SettingsFile, .. arguments]);
    }

    /// <summary>Writes a small program to the bench's directory. Returns its path.</summary>
    public static string WriteScript(this WrapperBench bench, string name, string text) =>
        Executable.Write(Path.Combine(bench.Root, name), text);

    public static void GiveToOrdinaryUser(string path) =>
        _ = new Command("chown", "-hR", $"{OrdinaryUserId}:{OrdinaryUserId}", path).Run().EnsureSuccess();

    private static CommandResult Start(WrapperBench bench, IEnumerable<ByteString> line)
    {
        List<ByteString> words = [.. line];
        return new Command(System.Text.Encoding.UTF8.GetString(words[0].Bytes), words[1..])
        {
            WorkingDirectory = bench.Root,
            Environment = [.. Command.InheritedEnvironment, $"RECORDER_DIR={bench.Records}"],
        }.Run();
    }
}
