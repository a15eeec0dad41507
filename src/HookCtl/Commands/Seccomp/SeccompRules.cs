using System.CommandLine;
using System.Text;
using System.Text.Json.Serialization;
using HookCtl.Files;
using HookCtl.Output;
using HookEngine.Deciding.Trust;
using HookEngine.Model;
using Linux;
using Linux.Paths;
using SeccompProfiles.Recordings;

namespace HookCtl.Commands.Seccomp;

/// <summary>The rules that <c>hookctl seccomp</c> writes and takes away again.</summary>
internal static class SeccompRules
{
    private const string OwnRules = "/etc/ocihooks/hooks.d";
    private const string Packaged = "/usr/libexec/ocihooks/seccomp-recorder";

    /// <summary><c>--recorder PATH</c></summary>
    internal static readonly Option<string?> RecorderOption = new("--recorder")
    {
        Description = $"The program that records (default {Packaged})",
        HelpName = "PATH",
    };

    /// <summary><c>--dry-run</c></summary>
    internal static readonly Option<bool> DryRun = new("--dry-run") { Description = "Show the change, and change nothing" };

    /// <summary>
    /// The directory for rules that Podman and CRI-O do not read, if the wrapper reads it; else the one with the most precedence.
    /// </summary>
    internal static string Directory(ParseResult line)
    {
        WrapperSettings settings = GlobalOptions.ReadSettings(line);
        string[] directories = [.. settings.HooksDirs.Select(directory => directory.ToString())];
        return directories.Contains(OwnRules) || directories.Length == 0 ? OwnRules : directories[^1];
    }

    /// <summary>The rules there that are for the same containers, or all of that kind if it is for none.</summary>
    internal static FileChange[] Removals(string directory, ContainerRule rule)
    {
        List<byte[]> names = DirectoryListing.ReadEndingIn(new FilePath(directory), [.. ".json"u8], out FileError error)
            ?? (error.Errno == Libc.ENOENT ? [] : throw new OciHooksException($"{directory}: {error.Text}; run this as root"));
        return [.. names.Select(Encoding.UTF8.GetString)
            .Where(name => name.StartsWith(rule.Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => Path.Combine(directory, name))
            .Select(file => new FileChange(file, FileChange.Read(file), null))
            .Where(change => rule.IsEmpty || (change.Before is { } text && rule.IsIn(text)))];
    }

    /// <summary>A rule that is to be there.</summary>
    internal static FileChange Addition(string directory, ContainerRule rule, byte[] text)
    {
        string file = Path.Combine(directory, rule.FileName);
        byte[]? before = FileChange.Read(file);
        return before is null || rule.IsIn(before)
            ? new FileChange(file, before, text)
            : throw new OciHooksException($"{file}: is there, and is for other containers; remove it, or rename it");
    }

    /// <summary>Makes the changes unless it is only tried, and tells which they are. How many there are.</summary>
    internal static int Make(ParseResult line, FileChange[] changes)
    {
        bool isDry = line.GetValue(DryRun);
        if (!isDry)
        {
            Array.ForEach(changes, change => change.Make());
        }

        ChangedFile[] changed = [.. changes.Where(change => !change.IsNone).Select(change => change.ToReport(null))];
        if (line.GetValue(GlobalOptions.Json))
        {
            Screen.WriteJson(changed, SeccompRulesJson.Default.ChangedFileArray);
            return changed.Length;
        }

        foreach (ChangedFile change in changed)
        {
            Screen.WriteLine($"{change.File} {(isDry ? "would be " : "")}{change.Change}");
            if (isDry)
            {
                Screen.WriteText(change.Diff);
            }
        }

        return changed.Length;
    }

    /// <summary>Where the recorder may be, the first that counts first.</summary>
    internal static string[] Recorders
    {
        get
        {
            string own = Path.GetDirectoryName(Environment.ProcessPath) ?? "/usr/bin";
            return
            [
                Path.GetFullPath(Path.Combine(own, "../libexec/ocihooks/seccomp-recorder")),
                Path.Combine(own, "seccomp-recorder"),
                Packaged,
            ];
        }
    }

    /// <summary>
    /// The recorder that was named, the one of hookctl's own installation, the one beside hookctl, or where the package puts it. One that
    /// the wrapper would refuse to run is reported now, not by the first container that does not start.
    /// </summary>
    internal static string Recorder(ParseResult line)
    {
        string[] places = line.GetValue(RecorderOption) is { } named ? [Path.GetFullPath(named)] : Recorders;
        string recorder = places.FirstOrDefault(File.Exists)
            ?? throw new OciHooksException($"{places[^1]}: does not exist; install the recorder, or name it: --recorder PATH");
        HookProblem? problem = new HookTrust(GlobalOptions.ReadSettings(line), new PathWalk()).Check(recorder, null, mayBeMissing: false)
            .Find(problem => problem.Severity == Severity.Error);
        return problem is null
            ? recorder
            : throw new OciHooksException($"the recorder cannot be used as a hook: {problem.Message}, or name another: --recorder PATH");
    }

    /// <summary>The option of the recorder that names the store; none for the usual one.</summary>
    internal static string[] StoreArguments(ParseResult line)
    {
        string store = line.GetValue(SeccompOptions.Store)!;
        return store == RecordingStore.DefaultDirectory ? [] : ["--store", Path.GetFullPath(store)];
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ChangedFile[]))]
internal sealed partial class SeccompRulesJson : JsonSerializerContext;
