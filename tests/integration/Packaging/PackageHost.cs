using IntegrationTests.Fixture;

namespace IntegrationTests.Packaging;

/// <summary>
/// This machine's system with packages really installed: a writable overlay of it in a <see cref="PrivateHost"/>. Its apt knows only
/// the packages that tests publish, and starts no other program with them. The index of manual pages is not updated.
/// </summary>
internal sealed class PackageHost : IAsyncLifetime
{
    private const string SetUp = """
        set -e
        mkdir "$1/system"
        mount -t tmpfs tmpfs "$1/system"
        mkdir "$1/system/upper" "$1/system/work" "$1/system/root"
        mount -t overlay -o "lowerdir=/,upperdir=$1/system/upper,workdir=$1/system/work" overlay "$1/system/root"
        for place in proc sys dev run tmp; do mount --rbind "/$place" "$1/system/root/$place"; done
        chroot "$1/system/root" dpkg --purge ocihooks >/dev/null 2>&1 || true
        for place in etc/ocihooks etc/docker etc/containers/oci usr/share/containers/oci/hooks.d; do rm -rf "$1/system/root/$place"; done
        rm -f "$1/system/root/etc/apt/apt.conf.d/50appstream" "$1/system/root/etc/apt/apt.conf.d/20packagekit"
        rm -f "$1/system/root/var/lib/man-db/auto-update"
        mkdir "$1/repository"
        """;

    private readonly PrivateHost _host = new();

    public async ValueTask InitializeAsync()
    {
        try
        {
            _ = (await _host.ShellAsync(SetUp, _host.Root)).EnsureSuccess();
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    /// <summary>A directory that has the same path inside and outside.</summary>
    public string Root => _host.Root;

    /// <summary>Returns the path, from outside, of a file in the system.</summary>
    public string Inside(string path) => _host.Inside($"{_host.Root}/system/root{path}");

    /// <summary>Returns the version of the installed package.</summary>
    public async Task<string> InstalledVersionAsync() =>
        (await ShellAsync("dpkg-query --show --showformat '${Version}' ocihooks")).EnsureSuccess().OutputText;

    /// <summary>Runs a shell script in the system. Its arguments start at $1.</summary>
    public Task<CommandResult> ShellAsync(string script, params IEnumerable<string> arguments) =>
        _host.RunAsync(["chroot", $"{_host.Root}/system/root", "sh", "-c", script, "sh", .. arguments]);

    public void Write(string path, string text)
    {
        _ = Directory.CreateDirectory(Path.GetDirectoryName(Inside(path))!);
        File.WriteAllText(Inside(path), text);
    }

    public string Read(string path) => File.ReadAllText(Inside(path));

    public bool Has(string path) => Path.Exists(Inside(path));

    /// <summary>Makes a directory's packages the only ones that apt knows, and updates apt's list.</summary>
    public async Task PublishAsync(string directory)
    {
        string repository = Path.Combine(Root, "repository");
        await AptRepository.AddAsync(directory, repository);
        File.WriteAllText(Path.Combine(repository, "sources.list"), $"deb [trusted=yes] file:{repository} ./\n");
        _ = (await AptAsync("update")).EnsureSuccess();
    }

    /// <summary>Runs apt-get as automation does, without questions. It keeps a changed configuration file.</summary>
    public Task<CommandResult> AptAsync(params string[] arguments) => ShellAsync(
        "export DEBIAN_FRONTEND=noninteractive; list=$1; shift; exec apt-get -y -o Dir::Etc::sourcelist=\"$list\" " +
        "-o Dir::Etc::sourceparts=- -o APT::Sandbox::User=root -o Dpkg::Options::=--force-confold \"$@\"",
        [$"{Root}/repository/sources.list", .. arguments]);

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
