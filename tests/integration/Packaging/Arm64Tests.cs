using IntegrationTests.Fixture;

namespace IntegrationTests.Packaging;

/// <summary>The programs and packages for arm64, as another machine builds them. What the kernel does there only a virtual machine shows.</summary>
[Collection(PackagesCollection.Name)]
[Trait("Needs", "root")]
public sealed class Arm64Tests : IDisposable
{
    private readonly string _scratch = Directory.CreateTempSubdirectory("ocihooks-arm64-").FullName;

    public static TheoryData<string> Programs => ["runc-wrap", "hookctl", "seccomp-recorder"];

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_program_is_for_it_and_needs_no_library(string program)
    {
        Arm64.SkipIfItCannotRun();
        string told = Run("readelf", "--wide", "--file-header", "--program-headers", "--dynamic", Arm64.Program(program)).OutputText;

        Assert.Contains("AArch64", told, StringComparison.Ordinal);
        Assert.DoesNotContain("INTERP", told, StringComparison.Ordinal);
        Assert.DoesNotContain("NEEDED", told, StringComparison.Ordinal);
        Assert.DoesNotContain("RUNPATH", told, StringComparison.Ordinal);
    }

    [Fact]
    public void The_programs_run()
    {
        Arm64.SkipIfItCannotRun();
        string rules = Directory.CreateDirectory(Path.Combine(_scratch, "hooks.d")).FullName;
        File.WriteAllText(Path.Combine(rules, "a.json"), WrapperBench.Rule());

        Assert.Equal(BuiltPackages.Version, Emulated(Arm64.Program("hookctl"), "--version").OutputText.Trim());
        Assert.StartsWith($"runc-wrap {BuiltPackages.Version}\n", Emulated(Arm64.Program("runc-wrap"), "--wrap-version").OutputText, StringComparison.Ordinal);
        Assert.StartsWith("usage: seccomp-recorder", Emulated(Arm64.Program("seccomp-recorder"), "--help").OutputText, StringComparison.Ordinal);
        Assert.StartsWith("1 file, 0 errors", Emulated(Arm64.Program("hookctl"), "validate", rules).OutputText.Split('\n')[^2], StringComparison.Ordinal);
    }

    [Fact]
    public void A_package_is_installed_by_dpkg()
    {
        Arm64.SkipIfItCannotRun();
        string root = MakeDpkgRoot();
        Dpkg(root, "--install", BuiltPackages.One(Arm64.Packages, $"ocihooks_{BuiltPackages.Version}_arm64.deb"));

        Assert.Equal(BuiltPackages.Version, Emulated("chroot", root, "/usr/bin/hookctl", "--version").OutputText.Trim());
        Assert.Contains("Status: install ok installed", File.ReadAllText(Path.Combine(root, "var/lib/dpkg/status")), StringComparison.Ordinal);

        Dpkg(root, "--purge", "ocihooks");
        Assert.False(Directory.Exists(Path.Combine(root, "etc/ocihooks")));
    }

    [Fact]
    public void A_package_is_installed_by_dnf()
    {
        Arm64.SkipIfItCannotRun();
        using var root = DnfRoot.ForArm64();
        root.Publish(Arm64.Packages);
        _ = root.Dnf("install", "ocihooks");

        Assert.Equal(BuiltPackages.Version, root.Chroot("/usr/bin/hookctl", "--version").OutputText.Trim());
        Assert.Equal("", root.Rpm("--verify", "ocihooks").OutputText);

        _ = root.Dnf("remove", "ocihooks");
        Assert.False(File.Exists(root.Inside("/usr/bin/hookctl")));
    }

    /// <summary>A root whose one package stands for a system: busybox as its shell, and a runc.</summary>
    private string MakeDpkgRoot()
    {
        const string Script = """
            set -e
            mkdir -p "$1/base/DEBIAN" "$1/base/bin" "$1/base/usr/bin" "$1/root/var/lib/dpkg/info" "$1/root/var/lib/dpkg/updates" "$1/root/etc"
            cp "$2" "$1/base/bin/busybox"
            for applet in sh grep head cat rm; do ln -s busybox "$1/base/bin/$applet"; done
            printf 'Package: base\nVersion: 1\nArchitecture: arm64\nProvides: runc\nMaintainer: nobody <nobody@localhost>\nDescription: a system\n' \
                >"$1/base/DEBIAN/control"
            dpkg-deb -Znone --build "$1/base" "$1/base.deb" >/dev/null
            : >"$1/root/var/lib/dpkg/status"
            printf 'amd64\narm64\n' >"$1/root/var/lib/dpkg/arch"
            """;
        _ = Run("sh", "-c", Script, "sh", _scratch, Arm64.Busybox);
        string root = Path.Combine(_scratch, "root");
        Dpkg(root, "--install", Path.Combine(_scratch, "base.deb"));
        return root;
    }

    private static void Dpkg(string root, params string[] arguments) =>
        _ = Emulated(["dpkg", "--log=/dev/null", $"--root={root}", .. arguments]);

    private static CommandResult Emulated(params string[] commandLine) => Run([.. Arm64.Start, .. commandLine]);

    private static CommandResult Run(params string[] commandLine) =>
        new Command(commandLine[0], commandLine.Skip(1).Select(word => (ByteString)word)).Run().EnsureSuccess();
}
