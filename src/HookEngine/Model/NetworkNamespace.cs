using Linux;

namespace HookEngine.Model;

/// <summary>The network namespace of a container, namespaces(7): the host's, one of its own, or one that it shares.</summary>
internal static class NetworkNamespace
{
    /// <summary>Whose it is: host, private or shared. One that is joined by its path may be the host's own.</summary>
    /// <param name="namespaces">Those in config.json: null for one of its own, else the path of the one it joins.</param>
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
                // The host's own is always there.
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
