using Linux;

namespace HookEngine.Model;

/// <summary>Classifies the network namespace of a container, namespaces(7): the host's, a new one, or a shared one.</summary>
internal static class NetworkNamespace
{
    /// <summary>Returns host, private or shared. A namespace that is joined by its path may be the host's.</summary>
    /// <param name="namespaces">The network namespaces in config.json: null for a new one, else the path of an existing one.</param>
    internal static unsafe Fact Of(IReadOnlyList<string?> namespaces)
    {
        if (namespaces.Count == 0 || namespaces[0] is not { } path)
        {
            return Fact.Of(namespaces.Count == 0 ? "host" : "private");
        }

        FileStatus there, here;
        fixed (byte* joined = new FilePath(path).Terminated, own = "/proc/self/ns/net\0"u8)
        {
            if (!Libc.Stat(joined, out there))
            {
                // The host's namespace always exists, so a missing one is not the host's.
                return Libc.Errno is Libc.ENOENT or Libc.ENOTDIR
                    ? Fact.Of("shared")
                    : Fact.NotHad($"{path} {FileError.FromErrno("cannot be examined").Text}; see to it that it can, and try again");
            }

            if (!Libc.Stat(own, out here))
            {
                return Fact.NotHad($"/proc/self/ns/net {FileError.FromErrno("cannot be examined").Text}; see to it that /proc is mounted");
            }
        }

        return Fact.Of(there.IsSameFileAs(here) ? "host" : "shared");
    }
}
