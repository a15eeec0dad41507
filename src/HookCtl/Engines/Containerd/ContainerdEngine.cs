using HookCtl.Files;
using HookCtl.Toml;
using Linux;

namespace HookCtl.Engines.Containerd;

/// <summary>
/// containerd's CRI plugin. A drop-in file that the main file imports; but containerd 1.x takes one plugin's settings whole from the last
/// file that has any. Where a file has some for the CRI plugin, the runtime goes into that file, lest the drop-in hide the rest of them.
/// </summary>
internal static class ContainerdEngine
{
    private const string Engine = "containerd";
    private const string NotAsked = "containerd could not be asked what it makes of this, as it is not in PATH";

    private const string Restart = "containerd reads it when it is restarted: systemctl restart containerd (containers live on)";

    internal static async Task<InstallReport> InstallAsync(InstallRequest request, CancellationToken token)
    {
        string path = MainFile(request);
        byte[]? before = FileChange.Read(path);
        var main = new ContainerdToml(path, before);
        DropIn dropIn = DropInOf(path, request.Name);
        TomlText? shown = await ContainerdValidation.ShownAsync(path, token);
        FileChange? holder = Holder(path, before, dropIn.Path, shown);
        ContainerdRuntimes runtimes = new(shown ?? TomlText.Parse(path, holder?.Before ?? before ?? []));
        RuntimeTable? earlier = runtimes.Tables.GetValueOrDefault(request.Name)
            ?? (holder is null && dropIn.Read() is { } own ? new ContainerdToml(dropIn.Path, own).TableOf(request.Name) : null);
        InheritedSettings inherited = ContainerdInheritance.Of(request, runtimes, earlier, holder is null ? null : SavedDefault(holder.Path, request.Name));
        RuntimeTable runc = runtimes.Tables.GetValueOrDefault(ContainerdRuntimes.ContainerdsOwn) ?? ContainerdInheritance.Runc;
        IReadOnlyList<FileChange> lowLevel = LowLevelSetting.Inherit(request, inherited);
        FileChange[] changes =
        [
            .. lowLevel,
            .. holder is not null
                ? [WithRuntime(holder, request, inherited, runc)]
                : (FileChange[])
                    [Registration(dropIn, main, request, inherited, runc), new FileChange(path, before, main.WithImport(dropIn.Path))],
        ];
        return await FileChanges.MakeAsync(
            Engine, request, changes, InstallOutcome.Installed, InstallOutcome.AlreadyInstalled,
            [
                .. shown is null ? [NotAsked] : Array.Empty<string>(), .. inherited.Notes(request, lowLevel.Count > 0), Restart,
                $"then a RuntimeClass with handler: {request.Name} makes pods use it",
            ],
            async () => await ContainerdValidation.ProblemAsync(path, shown, request, inherited.Table, token) is { } problem
                ? $"{path}: {problem}; all files are as they were: fix them"
                : null);
    }

    internal static async Task<InstallReport> UninstallAsync(InstallRequest request, CancellationToken token)
    {
        string path = MainFile(request);
        byte[]? before = FileChange.Read(path);
        FileChange dropIn = DropInOf(path, request.Name).Remove();
        if ((dropIn.IsNone ? WithoutRuntime(path, before, request.Name) : dropIn) is not { } registration)
        {
            return await FileChanges.MakeAsync(Engine, request, [], InstallOutcome.Uninstalled, InstallOutcome.NotInstalled, []);
        }

        var registered = new ContainerdToml(registration.Path, registration.Before);
        IReadOnlyList<string> users = Users(path, registered.PathOf(request.Name) ?? "");
        string? newDefault = registered.Default == request.Name ? DefaultAfter(path, registration) : null;
        FileChange? main = dropIn.IsNone || before is null ? null : WithoutImport(path, before, dropIn.Path, request.Name);
        return users.Count > 0 && !request.Force
            ? new InstallReport(Engine, request.Name, InstallOutcome.InUse, [], [], users, null)
            : await FileChanges.MakeAsync(
                Engine, request, [.. main is null ? [] : (FileChange[])[main], registration with { Loses = registered.ChangesRunc(request.Name) }],
                InstallOutcome.Uninstalled, InstallOutcome.NotInstalled, [.. UninstallNotes.Of(request, users, newDefault), Restart]);
    }

    /// <summary>The default runtime once a file is changed.</summary>
    private static string DefaultAfter(string main, FileChange change) =>
        (change.After is null ? null : new ContainerdToml(change.Path, change.After).Default)
        ?? ContainerdSettings.Read(new EngineFiles(), main)
            .Where(file => file.Path != change.Path)
            .Select(file => ContainerdRuntimes.DefaultOf(file.Text))
            .LastOrDefault(standard => standard is not null)
        ?? ContainerdRuntimes.ContainerdsOwn;

    /// <summary>
    /// Pods' containers that run with the wrapper: each bundle tells its runtime's path, but not under which name it was asked for.
    /// </summary>
    private static IReadOnlyList<string> Users(string path, string wrapper)
    {
        const string PodsNamespace = "k8s.io";
        var files = new EngineFiles();
        string bundles = $"{ContainerdContainers.State(files, path)}/io.containerd.runtime.v2.task/{PodsNamespace}";
        return [.. files.Directories(bundles).Where(id => files.Text($"{bundles}/{id}/runtime")?.Trim() == wrapper)];
    }

    private static string MainFile(InstallRequest request) => Path.GetFullPath(request.ConfigFile ?? ContainerdSettings.DefaultFile);

    private static DropIn DropInOf(string path, string name) =>
        new(Path.Combine(Path.GetDirectoryName(path)!, "conf.d", "ocihooks.toml"), Engine, name, ContainerdToml.Own(name));

    /// <summary>
    /// The last of containerd's files with settings of the CRI plugin, the drop-in aside; null if there is none, or the drop-in is there and
    /// hides nothing, as containerd 2 takes each setting by itself.
    /// </summary>
    /// <exception cref="OciHooksException">The drop-in hides those of another file.</exception>
    private static FileChange? Holder(string path, byte[]? before, string dropIn, TomlText? shown)
    {
        string? holder = FilesWithCri(path).LastOrDefault(file => file != dropIn);
        if (holder is not null && File.Exists(dropIn) && FilesWithCri(path).Contains(dropIn))
        {
            return shown?.Has("plugins", ContainerdRuntimes.PluginOfVersion3) == true ? null : throw new OciHooksException(
                $"{dropIn}: hides the settings of the CRI plugin in {holder}, as containerd 1 takes them whole from one file; "
                + "everything is left as it is: uninstall the runtime that it registers, and install it again");
        }

        byte[]? content = holder is null || holder == path ? before : FileChange.Read(holder);
        return holder is null ? null : new FileChange(holder, content, content);
    }

    private static IEnumerable<string> FilesWithCri(string path) =>
        ContainerdSettings.Read(new EngineFiles(), path).Where(file => ContainerdToml.HasCri(file.Text)).Select(file => file.Path);

    /// <summary>The default runtime of a file as it was before an install; null if that is not known.</summary>
    private static string? SavedDefault(string path, string name)
    {
        byte[]? saved = FileChange.Read(FileChange.BackupOf(path, name));
        return saved is null ? null : new ContainerdToml(path, saved).Default;
    }

    private static FileChange Registration(
        DropIn dropIn, ContainerdToml main, InstallRequest request, InheritedSettings inherited, RuntimeTable runc)
    {
        bool isDefault = dropIn.Read() is { } before && new ContainerdToml(dropIn.Path, before).Default == request.Name;
        string registration = main.Registration(request.Name, inherited.Table, runc, request.MakeDefault || isDefault);
        return dropIn.Write($"version = {main.Version}\n\n{registration}") with { Loses = inherited.Lost.Count > 0 };
    }

    private static FileChange WithRuntime(FileChange holder, InstallRequest request, InheritedSettings inherited, RuntimeTable runc)
    {
        var file = new ContainerdToml(holder.Path, holder.Before);
        bool isDefault = file.Default == request.Name;
        bool isOurs = file.HasRuntimeOfOurs(request.Name);
        if (isOurs)
        {
            file = new ContainerdToml(holder.Path, file.WithoutRuntime(request.Name, null));
        }
        else if (file.PathOf(request.Name) is { } known)
        {
            return known == request.Wrapper && (isDefault || !request.MakeDefault)
                ? holder
                : throw new OciHooksException(
                    $"{holder.Path}: it has a runtime {request.Name} already{(known.Length > 0 ? $", {known}" : "")}; "
                    + "it is left as it is: choose another name with --name, or take that one out");
        }

        bool isSaved = !request.MakeDefault || isDefault || SavedDefault(holder.Path, request.Name) == file.Default;
        return holder with
        {
            After = file.WithRuntime(request.Name, inherited.Table, runc, request.MakeDefault || isDefault),
            IsOurs = isOurs && isSaved,
            Loses = inherited.Lost.Count > 0,
        };
    }

    private static FileChange WithoutImport(string path, byte[] before, string dropIn, string name)
    {
        byte[]? saved = FileChange.Read(FileChange.BackupOf(path, name));
        bool untouched = Gives(() => new ContainerdToml(path, saved).WithImport(dropIn), before);
        return new FileChange(path, before, untouched ? saved : new ContainerdToml(path, before).WithoutImport(dropIn));
    }

    /// <summary>The file that has the runtime's tables, without them; null if none has.</summary>
    private static FileChange? WithoutRuntime(string main, byte[]? before, string name)
    {
        foreach (string path in FilesWithCri(main))
        {
            byte[] content = path == main ? before! : FileChange.Read(path)!;
            var file = new ContainerdToml(path, content);
            byte[]? saved = FileChange.Read(FileChange.BackupOf(path, name));
            ContainerdToml? old = saved is null ? null : new ContainerdToml(path, saved);
            string? oldDefault = old?.Default is { } known && known != name && IsRegistered(main, known) ? known : null;
            if (file.WithoutRuntime(name, oldDefault) is not { } without)
            {
                continue;
            }

            return new FileChange(path, content, old?.Gives(file, name) == true ? saved : without);
        }

        return null;
    }

    private static bool IsRegistered(string main, string name) =>
        ContainerdSettings.Read(new EngineFiles(), main).Any(file => new ContainerdRuntimes(file.Text).Tables.ContainsKey(name));

    /// <summary>Whether an install leads to the file there is: then nobody has changed it since.</summary>
    private static bool Gives(Func<byte[]> install, byte[] current)
    {
        try
        {
            return install().AsSpan().SequenceEqual(current);
        }
        catch (OciHooksException)
        {
            return false;
        }
    }
}
