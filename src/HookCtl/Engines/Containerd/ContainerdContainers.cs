using HookCtl.Files;

namespace HookCtl.Engines.Containerd;

/// <summary>The containers of containerd, Kubernetes' among them. An ID counts within a namespace, so NAMESPACE/ID is a name.</summary>
internal static class ContainerdContainers
{
    internal static IEnumerable<FoundContainer> List(EngineFiles files)
    {
        string tasks = $"{State(files)}/io.containerd.runtime.v2.task";
        foreach (string space in files.Directories(tasks))
        {
            foreach (string id in files.Directories($"{tasks}/{space}"))
            {
                yield return new FoundContainer("containerd", id, [$"{space}/{id}"], files.At($"{tasks}/{space}/{id}/config.json"));
            }
        }
    }

    /// <summary>containerd's state directory.</summary>
    internal static string State(EngineFiles files, string main = ContainerdSettings.DefaultFile) =>
        ContainerdSettings.Read(files, main).Select(file => file.Text.String("state")).LastOrDefault(state => state is not null)
        ?? "/run/containerd";
}
