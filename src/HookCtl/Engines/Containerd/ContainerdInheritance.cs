using HookCtl.Processes;
using HookCtl.Toml;
using Linux;

namespace HookCtl.Engines.Containerd;

/// <summary>Which of containerd's runtimes the wrapper stands in for.</summary>
internal static class ContainerdInheritance
{
    private const string PodAnnotations = "pod_annotations";

    private static readonly string[] s_binaryName = ["options", "BinaryName"];

    /// <summary>containerd's own runtime where its settings do not say anything of it.</summary>
    internal static RuntimeTable Runc => new RuntimeTable().With("\"io.containerd.runc.v2\"", "runtime_type");

    /// <summary>
    /// The default runtime, or else runc, with the wrapper as its program. What was allowed to the runtime by an earlier install stays
    /// allowed.
    /// </summary>
    /// <param name="request">What was asked.</param>
    /// <param name="runtimes">containerd's runtimes.</param>
    /// <param name="earlier">The runtime's settings by an earlier install; null if there was none.</param>
    /// <param name="earlierDefault">The default runtime before an earlier install; null if that is not known.</param>
    /// <exception cref="OciHooksException">The wrapper is to be the default in place of one that it cannot stand in for.</exception>
    internal static InheritedSettings Of(InstallRequest request, ContainerdRuntimes runtimes, RuntimeTable? earlier, string? earlierDefault)
    {
        string?[] candidates = [runtimes.Default, earlierDefault, ContainerdRuntimes.ContainerdsOwn];
        string? name = Array.Find(candidates, candidate => candidate is not null
            && candidate != request.Name
            && runtimes.Tables.TryGetValue(candidate, out RuntimeTable? known)
            && ContainerdRuntimes.IsForRunc(known)
            && !IsWrapper(request, known));
        if (request.MakeDefault && name != runtimes.Default && runtimes.Tables.TryGetValue(runtimes.Default, out RuntimeTable? standard)
            && !ContainerdRuntimes.IsForRunc(standard))
        {
            throw new OciHooksException(
                $"the default runtime of containerd is {runtimes.Default}, of the type {standard.String("runtime_type")}, in whose place the "
                + "wrapper cannot stand; everything is left as it is: install it without --default");
        }

        RuntimeTable settings = name is null ? Runc : runtimes.Tables[name];
        InheritedSettings inherited = new InheritedSettings(name, settings.With(TomlString.Quote(request.Wrapper), s_binaryName), settings.String(s_binaryName))
            .After(earlier);
        return inherited with { Table = inherited.Table.WithMore(PodAnnotations, request.PodAnnotations) };
    }

    private static bool IsWrapper(InstallRequest request, RuntimeTable runtime) =>
        runtime.String(s_binaryName) is { } program && (program == request.Wrapper || Path.GetFileName(program) == WrapperProgram.Name);
}
