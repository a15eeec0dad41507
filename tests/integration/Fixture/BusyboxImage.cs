namespace IntegrationTests.Fixture;

/// <summary>A root file system of one static binary.</summary>
internal static class BusyboxImage
{
    /// <summary>Makes the root file system in a new directory.</summary>
    public static string MakeRootFileSystem(string directory)
    {
        string bin = Path.Combine(directory, "bin");
        foreach (string name in new[] { "bin", "dev", "etc", "proc", "sys", "tmp" })
        {
            _ = Directory.CreateDirectory(Path.Combine(directory, name));
        }

        File.Copy("/bin/busybox", Path.Combine(bin, "busybox"));
        string applets = new Command("/bin/busybox", "--list").Run().EnsureSuccess().OutputText;
        foreach (string applet in applets.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(name => name != "busybox"))
        {
            _ = File.CreateSymbolicLink(Path.Combine(bin, applet), "busybox");
        }

        return directory;
    }

    /// <summary>Makes a tar of it, as docker and podman import it.</summary>
    public static string MakeTar(string directory)
    {
        string root = MakeRootFileSystem(Path.Combine(directory, "rootfs"));
        string tar = Path.Combine(directory, "image.tar");
        _ = new Command("tar", "-C", root, "-cf", tar, ".").Run().EnsureSuccess();
        return tar;
    }
}
