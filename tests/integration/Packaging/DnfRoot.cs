using IntegrationTests.Fixture;

namespace IntegrationTests.Packaging;

/// <summary>
/// A system made by dnf: an install root, and a repository with a package that represents such a system (busybox as its shell, and a
/// runc) and with the packages that tests publish.
/// </summary>
internal sealed class DnfRoot : IAsyncLifetime
{
    private const string BaseSpec = """
        %global _binary_payload w1.gzdio
        %global debug_package %{nil}
        %global __os_install_post %{nil}
        %global _build_id_links none
        Name: base
        Version: 1
        Release: 1
        Summary: Stands for a system
        License: none
        AutoReqProv: no
        Provides: /bin/sh runc
        %description
        %install
        mkdir -p %{buildroot}/bin %{buildroot}/etc %{buildroot}/dev
        cp %{busybox} %{buildroot}/bin/busybox
        for applet in sh grep head; do ln -s busybox %{buildroot}/bin/$applet; done
        %files
        /bin
        /dev
        """;

    private readonly string _work = Directory.CreateTempSubdirectory("ocihooks-dnf-").FullName;

    /// <summary>The start of a command line that can run programs of the system's architecture.</summary>
    private readonly string[] _start;
    private readonly string[] _architecture;
    private readonly string _busybox;
    private readonly string[] _target;

    /// <summary>Prepares a system for this machine's architecture.</summary>
    public DnfRoot()
        : this([], [], "/bin/busybox", [])
    {
    }

    private DnfRoot(string[] start, string[] architecture, string busybox, string[] target)
    {
        _start = start;
        _architecture = architecture;
        _busybox = busybox;
        _target = target;
    }

    public async ValueTask InitializeAsync()
    {
        string spec = Path.Combine(_work, "base.spec");
        File.WriteAllText(spec, BaseSpec);
        _ = await RunAsync(
            ["rpmbuild", "-bb", "--quiet", .. _target, "--define", $"_topdir {_work}/rpm", "--define", $"busybox {_busybox}", spec]);
        _ = await RunAsync("sh", "-c", "mkdir \"$1/repository\" && cp \"$1\"/rpm/RPMS/*/*.rpm \"$1/repository\"", "sh", _work);
    }

    /// <summary>Returns a system for arm64.</summary>
    public static DnfRoot ForArm64() => new(Arm64.Start, ["--forcearch=aarch64"], Arm64.Busybox, ["--target", "aarch64-linux"]);

    /// <summary>Returns the path, from outside, of a file in the install root.</summary>
    public string Inside(string path) => $"{_work}/root{path}";

    public void Write(string path, string text)
    {
        _ = Directory.CreateDirectory(Path.GetDirectoryName(Inside(path))!);
        File.WriteAllText(Inside(path), text);
    }

    public string Read(string path) => File.ReadAllText(Inside(path));

    /// <summary>Adds a directory's packages to the repository.</summary>
    public async Task PublishAsync(string directory)
    {
        foreach (string package in Directory.GetFiles(directory, "ocihooks-*.rpm"))
        {
            File.Copy(package, Path.Combine(_work, "repository", Path.GetFileName(package)));
        }

        _ = await RunAsync("createrepo_c", "--quiet", $"{_work}/repository");
    }

    public Task<CommandResult> DnfAsync(params string[] arguments) => RunAsync(
        ["dnf", "-y", $"--installroot={Inside("")}", $"--repofrompath=local,file://{_work}/repository", "--disablerepo=*",
            "--enablerepo=local", "--nogpgcheck", "--setopt=reposdir=/dev/null", "--setopt=metadata_expire=0",
            $"--setopt=cachedir={_work}/cache", "--releasever=1",
            .. _architecture,
            .. arguments]);

    /// <summary>Runs one of the system's programs in it, with the kernel's file systems mounted.</summary>
    public Task<CommandResult> ChrootAsync(params string[] commandLine)
    {
        const string Enter = """
            set -e
            for place in proc sys; do mkdir -p "$0/$place"; mount --rbind "/$place" "$0/$place"; done
            exec chroot "$0" "$@"
            """;
        return RunAsync(["unshare", "--mount", "--propagation", "private", "sh", "-c", Enter, Inside(""), .. commandLine]);
    }

    /// <summary>Runs rpm on the install root.</summary>
    public Task<CommandResult> RpmAsync(params string[] arguments) => RunAsync(["rpm", "--root", Inside(""), .. arguments]);

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_work, recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task<CommandResult> RunAsync(params string[] commandLine)
    {
        string[] started = [.. _start, .. commandLine];
        return (await new ExternalProgram(started[0], started[1..]).RunAsync()).EnsureSuccess();
    }
}
