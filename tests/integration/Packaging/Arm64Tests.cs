using IntegrationTests.Fixture;

namespace IntegrationTests.Packaging;

/// <summary>
/// Tests the programs and packages for arm64, as another machine builds them. Only a virtual machine can test an arm64 kernel.
/// </summary>
[Collection(PackagesCollection.Name)]
[Trait("Needs", "root")]
public sealed class Arm64Tests : IDisposable
{
    private readonly string _scratch = Directory.CreateTempSubdirectory("ocihooks-arm64-").FullName;

    public static TheoryData<string> Programs => ["runc-wrap", "hookctl", "seccomp-recorder"];

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_program_is_for_it_and_needs_no_library(string program)
    {
        await Arm64.SkipIfItCannotRunAsync();
        string told = (await RunAsync("readelf", "--wide", "--file-header", "--program-headers", "--dynamic", Arm64.Program(program))).OutputText;

        Assert.Contains("AArch64", told, StringComparison.Ordinal);
        Assert.DoesNotContain("INTERP", told, StringComparison.Ordinal);
        Assert.DoesNotContain("NEEDED", told, StringComparison.Ordinal);
        Assert.DoesNotContain("RUNPATH", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_programs_run()
    {
        await Arm64.SkipIfItCannotRunAsync();
        string rules = Directory.CreateDirectory(Path.Combine(_scratch, "hooks.d")).FullName;
        File.WriteAllText(Path.Combine(rules, "a.json"), WrapperBench.Rule());

        string version = (await EmulatedAsync(Arm64.Program("hookctl"), "--version")).OutputText;
        string wrapper = (await EmulatedAsync(Arm64.Program("runc-wrap"), "--wrap-version")).OutputText;
        string recorder = (await EmulatedAsync(Arm64.Program("seccomp-recorder"), "--help")).OutputText;
        string checkedRules = (await EmulatedAsync(Arm64.Program("hookctl"), "validate", rules)).OutputText;

        Assert.Equal(BuiltPackages.Version, version.Trim());
        Assert.StartsWith($"runc-wrap {BuiltPackages.Version}\n", wrapper, StringComparison.Ordinal);
        Assert.StartsWith("usage: seccomp-recorder", recorder, StringComparison.Ordinal);
        Assert.StartsWith("1 file, 0 errors", checkedRules.Split('\n')[^2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_is_installed_by_dpkg()
    {
        await Arm64.SkipIfItCannotRunAsync();
        string root = await MakeDpkgRootAsync();
        await DpkgAsync(root, "--install", BuiltPackages.One(Arm64.Packages, $"ocihooks_{BuiltPackages.Version}_arm64.deb"));

        Assert.Equal(BuiltPackages.Version, (await EmulatedAsync("chroot", root, "/usr/bin/hookctl", "--version")).OutputText.Trim());
        Assert.Contains("Status: install ok installed", File.ReadAllText(Path.Combine(root, "var/lib/dpkg/status")), StringComparison.Ordinal);

        await DpkgAsync(root, "--purge", "ocihooks");
        Assert.False(Directory.Exists(Path.Combine(root, "etc/ocihooks")));
    }

    [Fact]
    public async Task A_package_is_installed_by_dnf()
    {
        await Arm64.SkipIfItCannotRunAsync();
        await using var root = DnfRoot.ForArm64();
        await root.InitializeAsync();
        await root.PublishAsync(Arm64.Packages);
        _ = await root.DnfAsync("install", "ocihooks");

        Assert.Equal(BuiltPackages.Version, (await root.ChrootAsync("/usr/bin/hookctl", "--version")).OutputText.Trim());
        Assert.Equal("", (await root.RpmAsync("--verify", "ocihooks")).OutputText);

        _ = await root.DnfAsync("remove", "ocihooks");
        Assert.False(File.Exists(root.Inside("/usr/bin/hookctl")));
    }

    /// <summary>Makes a root with one package that represents a system: busybox as its shell, and a runc.</summary>
    private async Task<string> MakeDpkgRootAsync()
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
        _ = await RunAsync("sh", "-c", Script, "sh", _scratch, Arm64.Busybox);
        string root = Path.Combine(_scratch, "root");
        await DpkgAsync(root, "--install", Path.Combine(_scratch, "base.deb"));
        return root;
    }

    private static async Task DpkgAsync(string root, params string[] arguments) =>
        _ = await EmulatedAsync(["dpkg", "--log=/dev/null", $"--root={root}", .. arguments]);

    private static Task<CommandResult> EmulatedAsync(params string[] commandLine) => RunAsync([.. Arm64.Start, .. commandLine]);

    private static async Task<CommandResult> RunAsync(params string[] commandLine) =>
        (await new ExternalProgram(commandLine[0], commandLine.Skip(1)).RunAsync()).EnsureSuccess();
}
