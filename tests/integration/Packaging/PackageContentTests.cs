using System.Text.RegularExpressions;
using IntegrationTests.Fixture;

namespace IntegrationTests.Packaging;

/// <summary>Tests the packages' content, and the results of package checkers.</summary>
[Collection(PackagesCollection.Name)]
[Trait("Needs", "minutes")]
public sealed class PackageContentTests : IAsyncLifetime
{
    private static readonly string[] s_files =
    [
        "/etc/ocihooks/config.json",
        "/etc/ocihooks/example-rules/10-log-life.json",
        "/usr/bin/hookctl",
        "/usr/bin/runc-wrap",
        "/usr/libexec/ocihooks/seccomp-recorder",
        "/usr/share/bash-completion/completions/hookctl",
        "/usr/share/doc/ocihooks/hooks.md",
        "/usr/share/doc/ocihooks/seccomp.md",
        "/usr/share/doc/ocihooks/third-party.md",
        "/usr/share/doc/ocihooks/dotnet-third-party-notices.txt",
        "/usr/share/man/man1/hookctl.1.gz",
        "/usr/share/man/man5/ocihooks-hooks.d.5.gz",
        "/usr/share/man/man5/ocihooks.json.5.gz",
        "/usr/share/man/man8/runc-wrap.8.gz",
        "/usr/share/man/man8/seccomp-recorder.8.gz",
        "/usr/share/ocihooks/rule.schema.json",
    ];

    private readonly string _scratch = Directory.CreateTempSubdirectory("ocihooks-content-").FullName;
    private string _packages = "";

    private string Deb => BuiltPackages.One(_packages, "ocihooks_*.deb");

    private string Rpm => BuiltPackages.One(_packages, $"ocihooks-{BuiltPackages.Version}-*.rpm");

    private string DebugDeb => BuiltPackages.One(_packages, "ocihooks-dbgsym_*.deb");

    private string DebugRpm => BuiltPackages.One(_packages, "ocihooks-debuginfo-*.rpm");

    public async ValueTask InitializeAsync() => _packages = await BuiltPackages.HereAsync();

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_scratch, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Both_hold_all_of_it()
    {
        string[] deb = [.. (await LinesAsync("sh", "-c", "dpkg-deb --fsys-tarfile \"$1\" | tar -t", "sh", Deb)).Select(path => path[1..])];
        string[] rpm = await LinesAsync("rpm", "-qpl", Rpm);

        Assert.All(s_files.Append("/usr/share/doc/ocihooks/copyright"), file => Assert.Contains(file, deb));
        Assert.All(s_files.Append("/usr/share/licenses/ocihooks/LICENSE"), file => Assert.Contains(file, rpm));
    }

    [Fact]
    public async Task All_of_etc_is_configuration()
    {
        string[] deb = await LinesAsync("dpkg-deb", "--info", Deb, "conffiles");
        string[] inDeb = [.. (await LinesAsync("sh", "-c", "dpkg-deb --fsys-tarfile \"$1\" | tar -t", "sh", Deb)).Select(path => path[1..])];

        Assert.Equal(inDeb.Where(path => path.StartsWith("/etc/", StringComparison.Ordinal) && !path.EndsWith('/')).Order(), deb.Order());
        Assert.Equal(deb.Order(), (await LinesAsync("rpm", "-qpc", Rpm)).Order());
    }

    [Fact]
    public async Task Both_need_one_of_two_runtimes_and_nothing_else()
    {
        Assert.Equal("runc | crun", (await RunAsync("dpkg-deb", "--field", Deb, "Depends")).Trim());
        Assert.Equal(["(runc or crun)", "/bin/sh", "config(ocihooks)"], (await LinesAsync("rpm", "-qp", "--requires", Rpm))
            .Select(line => line.Split(" = ")[0])
            .Where(line => !line.StartsWith("rpmlib(", StringComparison.Ordinal) && line != "/usr/bin/sh")
            .Distinct()
            .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task All_say_the_same_version()
    {
        string root = await UnpackAsync(Deb);
        string version = BuiltPackages.Version;

        Assert.Equal(version, (await RunAsync("dpkg-deb", "--field", Deb, "Version")).Trim());
        Assert.Equal(version, await RunAsync("rpm", "-qp", "--queryformat", "%{VERSION}", Rpm));
        Assert.Equal(version, (await RunAsync($"{root}/usr/bin/hookctl", "--version")).Trim());
        await Assert.AllAsync(Directory.GetFiles($"{root}/usr/share/man", "*.gz", SearchOption.AllDirectories), async page =>
            Assert.Contains($"\"OciHooks {version}\"", (await LinesAsync("zcat", page))[0], StringComparison.Ordinal));
        Assert.StartsWith($"ocihooks ({version})", await RunAsync("zcat", $"{root}/usr/share/doc/ocihooks/changelog.gz"), StringComparison.Ordinal);
    }

    [Fact]
    public Task Lintian_has_no_objection() => RunAsync(
        "lintian", "--allow-root", "--fail-on", "error,warning", "--suppress-tags-from-file",
        Path.Combine(Repository.Root, "packaging/deb/lintian-suppressed-tags"), Deb, DebugDeb);

    [Fact]
    public async Task Rpmlint_has_no_objection()
    {
        string said = await RunAsync("rpmlint", "-c", Path.Combine(Repository.Root, "packaging/rpm/rpmlintrc.toml"), Rpm, DebugRpm);
        Assert.Contains("0 errors, 0 warnings", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bin/runc-wrap", "EXEC")]
    [InlineData("bin/hookctl", "DYN")]
    [InlineData("libexec/ocihooks/seccomp-recorder", "EXEC")]
    public async Task Programs_are_stripped_and_hardened(string program, string type)
    {
        string file = $"{await UnpackAsync(Deb)}/usr/{program}";
        string elf = await RunAsync("readelf", "--wide", "--file-header", "--program-headers", "--section-headers", "--dynamic", file);

        Assert.Matches($"Type: +{type} ", elf);
        Assert.Contains("GNU_RELRO", elf, StringComparison.Ordinal);
        Assert.Contains("BIND_NOW", elf, StringComparison.Ordinal);
        Assert.Matches("GNU_STACK .* RW +0", elf);
        Assert.DoesNotContain("RWE", elf, StringComparison.Ordinal);
        Assert.DoesNotContain("RUNPATH", elf, StringComparison.Ordinal);
        Assert.DoesNotContain("RPATH", elf, StringComparison.Ordinal);
        Assert.DoesNotContain(".symtab", elf, StringComparison.Ordinal);
        Assert.DoesNotContain("INTERP", elf, StringComparison.Ordinal);
        Assert.Contains("__stack_chk_fail", await RunAsync("nm", await SymbolsAsync(await UnpackAsync(DebugDeb), file)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_debugger_finds_names_and_lines_by_the_packages_of_symbols()
    {
        foreach ((string package, string symbols) in new[] { (Deb, DebugDeb), (Rpm, DebugRpm) })
        {
            string said = await RunAsync("gdb", "-nx", "-batch", "-iex", $"set debug-file-directory {await UnpackAsync(symbols)}/usr/lib/debug", "-ex",
                "info line HookEngine_HookEngine_Running_Supervision_SupervisorOptions__Parse", $"{await UnpackAsync(package)}/usr/bin/runc-wrap");

            Assert.Contains("/usr/src/ocihooks/src/HookEngine/Running/Supervision/SupervisorOptions.cs", said, StringComparison.Ordinal);
        }
    }

    private static async Task<string> SymbolsAsync(string root, string program)
    {
        string id = Regex.Match(await RunAsync("readelf", "--notes", program), "Build ID: ([0-9a-f]+)").Groups[1].Value;
        return $"{root}/usr/lib/debug/.build-id/{id[..2]}/{id[2..]}.debug";
    }

    private async Task<string> UnpackAsync(string package)
    {
        string root = Path.Combine(_scratch, Path.GetFileName(package));
        if (!Directory.Exists(root))
        {
            _ = package.EndsWith(".deb", StringComparison.Ordinal)
                ? await RunAsync("dpkg-deb", "--extract", package, Directory.CreateDirectory(root).FullName)
                : await RunAsync("sh", "-c", "mkdir \"$2\" && rpm2cpio \"$1\" | cpio --quiet -idm -D \"$2\"", "sh", package, root);
        }

        return root;
    }

    private static async Task<string[]> LinesAsync(string program, params string[] arguments) =>
        (await RunAsync(program, arguments)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static async Task<string> RunAsync(string program, params string[] arguments) =>
        (await new ExternalProgram(program, arguments).RunAsync()).EnsureSuccess().OutputText;
}
