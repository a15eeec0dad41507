using HookCtl.Containers;
using HookEngine;

namespace HookCtl.Install;

/// <summary>
/// containerd's CRI plugin. A drop-in file that the main file imports; but containerd 1.x takes one plugin's settings whole from the last
/// file that has any. Where a file has some for the CRI plugin, the runtime goes into that file, lest the drop-in hide the rest of them.
/// </summary>
internal static class ContainerdEngine
{
    private const string Engine = "containerd";
    private const string Restart = "containerd reads it when it is restarted: systemctl restart containerd (containers live on)";

    internal static InstallReport Install(InstallRequest request)
    {
        string path = MainFile(request);
        byte[]? before = FileChange.Read(path);
        var main = new ContainerdToml(path, before);
        string dropIn = DropInOf(path);
        FileChange[] changes = Holder(path, before, dropIn) is { } holder
            ? [WithRuntime(holder, request)]
            : [Registration(dropIn, main, request), new FileChange(path, before, main.WithImport(dropIn))];
        InstallReport report = FileChanges.Make(Engine, request, changes, InstallOutcome.Installed, InstallOutcome.AlreadyInstalled,
            [Restart, $"then a RuntimeClass with handler: {request.Name} makes pods use it"]);
        if (report.Outcome == InstallOutcome.Installed && ContainerdCheck.Problem(path, request) is { } problem)
        {
            FileChanges.TakeBack(changes, request.Name);
            throw new OciHooksException($"{path}: {problem}; all files are as they were: mend them");
        }

        return report;
    }

    internal static InstallReport Uninstall(InstallRequest request)
    {
        string path = MainFile(request);
        byte[]? before = FileChange.Read(path);
        var changes = new List<FileChange>();
        string? wrapper = null;
        FileChange dropIn = DropIn.Remove(DropInOf(path), Engine, request.Name);
        if (!dropIn.IsNone)
        {
            wrapper = new ContainerdToml(dropIn.Path, dropIn.Before).PathOf(request.Name);
            changes.Add(before is null ? new FileChange(path, null, null) : WithoutImport(path, before, dropIn.Path, request.Name));
            changes.Add(dropIn);
        }
        else if (WithoutRuntime(path, before, request.Name, out wrapper) is { } change)
        {
            changes.Add(change);
        }

        IReadOnlyList<string> users = wrapper is null || request.Force ? [] : Users(path, wrapper);
        return users.Count > 0
            ? new InstallReport(Engine, request.Name, InstallOutcome.InUse, [], [], users, null)
            : FileChanges.Make(Engine, request, changes, InstallOutcome.Uninstalled, InstallOutcome.NotInstalled, [Restart]);
    }

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

    private static string DropInOf(string path) => Path.Combine(Path.GetDirectoryName(path)!, "conf.d", "ocihooks.toml");

    /// <summary>The last of containerd's files with settings of the CRI plugin, the drop-in aside; null if there is none.</summary>
    private static FileChange? Holder(string path, byte[]? before, string dropIn)
    {
        string? holder = FilesWithCri(path).LastOrDefault(file => file != dropIn);
        byte[]? content = holder is null || holder == path ? before : FileChange.Read(holder);
        return holder is null ? null : new FileChange(holder, content, content);
    }

    private static IEnumerable<string> FilesWithCri(string path) =>
        ContainerdSettings.Read(new EngineFiles(), path).Where(file => ContainerdToml.HasCri(file.Text)).Select(file => file.Path);

    private static FileChange Registration(string dropIn, ContainerdToml main, InstallRequest request) => DropIn.Make(
        dropIn, Engine, request,
        makeDefault => $"version = {main.Version}\n\n{main.Registration(request.Name, request.Wrapper, makeDefault)}");

    private static FileChange WithRuntime(FileChange holder, InstallRequest request)
    {
        var file = new ContainerdToml(holder.Path, holder.Before);
        bool isDefault = file.Default == request.Name;
        bool isOurs = false;
        if (file.PathOf(request.Name) is { } known)
        {
            if (known == request.Wrapper && (isDefault || !request.MakeDefault))
            {
                return holder;
            }

            isOurs = true;
            file = file.WithoutRuntime(request.Name, null) is { } without
                ? new ContainerdToml(holder.Path, without)
                : throw new OciHooksException(
                    $"{holder.Path}: it has a runtime {request.Name} already{(known.Length > 0 ? $", {known}" : "")}; "
                    + "it is left as it is: choose another name with --name, or take that one out");
        }

        return holder with { After = file.WithRuntime(request.Name, request.Wrapper, request.MakeDefault || isDefault), IsOurs = isOurs };
    }

    private static FileChange WithoutImport(string path, byte[] before, string dropIn, string name)
    {
        byte[]? saved = FileChange.Read(FileChange.BackupOf(path, name));
        bool untouched = Gives(() => new ContainerdToml(path, saved).WithImport(dropIn), before);
        return new FileChange(path, before, untouched ? saved : new ContainerdToml(path, before).WithoutImport(dropIn));
    }

    /// <summary>The file that has the runtime's tables, without them; null if none has.</summary>
    private static FileChange? WithoutRuntime(string main, byte[]? before, string name, out string? wrapper)
    {
        wrapper = null;
        foreach (string path in FilesWithCri(main))
        {
            byte[] content = path == main ? before! : FileChange.Read(path)!;
            var file = new ContainerdToml(path, content);
            byte[]? saved = FileChange.Read(FileChange.BackupOf(path, name));
            ContainerdToml? old = saved is null ? null : new ContainerdToml(path, saved);
            if (file.WithoutRuntime(name, old?.Default) is not { } without)
            {
                continue;
            }

            wrapper = file.PathOf(name) ?? "";
            string registered = wrapper;
            bool untouched = old is not null && Gives(() => old.WithRuntime(name, registered, file.Default == name), content);
            return new FileChange(path, content, untouched ? saved : without);
        }

        return null;
    }

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
