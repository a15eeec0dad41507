using System.Text.RegularExpressions;
using IntegrationTests.Fixture;

namespace IntegrationTests.Packaging;

/// <summary>What is in the packages, and what those say who check them.</summary>
[Collection(PackagesCollection.Name)]
[Trait("Needs", "minutes")]
public sealed class PackageContentTests : IDisposable
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

    private static string Deb => BuiltPackages.One(BuiltPackages.Here, "ocihooks_*.deb");

    private static string Rpm => BuiltPackages.One(BuiltPackages.Here, $"ocihooks-{BuiltPackages.Version}-*.rpm");

    private static string DebugDeb => BuiltPackages.One(BuiltPackages.Here, "ocihooks-dbgsym_*.deb");

    private static string DebugRpm => BuiltPackages.One(BuiltPackages.Here, "ocihooks-debuginfo-*.rpm");

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    [Fact]
    public void Both_hold_all_of_it()
    {
        string[] deb = [.. Lines("sh", "-c", "dpkg-deb --fsys-tarfile \"$1\" | tar -t", "sh", Deb).Select(path => path[1..])];
        string[] rpm = Lines("rpm", "-qpl", Rpm);

        Assert.All(s_files.Append("/usr/share/doc/ocihooks/copyright"), file => Assert.Contains(file, deb));
        Assert.All(s_files.Append("/usr/share/licenses/ocihooks/LICENSE"), file => Assert.Contains(file, rpm));
    }

    [Fact]
    public void All_of_etc_is_configuration()
    {
        string[] deb = Lines("dpkg-deb", "--info", Deb, "conffiles");
        string[] inDeb = [.. Lines("sh", "-c", "dpkg-deb --fsys-tarfile \"$1\" | tar -t", "sh", Deb).Select(path => path[1..])];

        Assert.Equal(inDeb.Where(path => path.StartsWith("/etc/", StringComparison.Ordinal) && !path.EndsWith('/')).Order(), deb.Order());
        Assert.Equal(deb.Order(), Lines("rpm", "-qpc", Rpm).Order());
    }

    [Fact]
    public void Both_need_one_of_two_runtimes_and_nothing_else()
    {
        Assert.Equal("runc | crun", Run("dpkg-deb", "--field", Deb, "Depends").Trim());
        Assert.Equal(["(runc or crun)", "/bin/sh", "config(ocihooks)"], Lines("rpm", "-qp", "--requires", Rpm)
            .Select(line => line.Split(" = ")[0])
            .Where(line => !line.StartsWith("rpmlib(", StringComparison.Ordinal) && line != "/usr/bin/sh")
            .Distinct()
            .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void All_say_the_same_version()
    {
        string root = Unpack(Deb);
        string version = BuiltPackages.Version;

        Assert.Equal(version, Run("dpkg-deb", "--field", Deb, "Version").Trim());
        Assert.Equal(version, Run("rpm", "-qp", "--queryformat", "%{VERSION}", Rpm));
        Assert.Equal(version, Run($"{root}/usr/bin/hookctl", "--version").Trim());
        Assert.All(Directory.GetFiles($"{root}/usr/share/man", "*.gz", SearchOption.AllDirectories), page =>
            Assert.Contains($"\"OciHooks {version}\"", Lines("zcat", page)[0], StringComparison.Ordinal));
        Assert.StartsWith($"ocihooks ({version})", Run("zcat", $"{root}/usr/share/doc/ocihooks/changelog.gz"), StringComparison.Ordinal);
    }

    [Fact]
    public void Lintian_has_no_objection() => Run(
        "lintian", "--allow-root", "--fail-on", "error,warning", "--suppress-tags-from-file",
        Path.Combine(Repository.Root, "packaging/deb/lintian-suppressed-tags"), Deb, DebugDeb);

    [Fact]
    public void Rpmlint_has_no_objection()
    {
        string said = Run("rpmlint", "-c", Path.Combine(Repository.Root, "packaging/rpm/rpmlintrc.toml"), Rpm, DebugRpm);
        Assert.Contains("0 errors, 0 warnings", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bin/runc-wrap", "EXEC")]
    [InlineData("bin/hookctl", "DYN")]
    [InlineData("libexec/ocihooks/seccomp-recorder", "EXEC")]
    public void Programs_are_stripped_and_hardened(string program, string type)
    {
        string file = $"{Unpack(Deb)}/usr/{program}";
        string elf = Run("readelf", "--wide", "--file-header", "--program-headers", "--section-headers", "--dynamic", file);

        Assert.Matches($"Type: +{type} ", elf);
        Assert.Contains("GNU_RELRO", elf, StringComparison.Ordinal);
        Assert.Contains("BIND_NOW", elf, StringComparison.Ordinal);
        Assert.Matches("GNU_STACK .* RW +0", elf);
        Assert.DoesNotContain("RWE", elf, StringComparison.Ordinal);
        Assert.DoesNotContain("RUNPATH", elf, StringComparison.Ordinal);
        Assert.DoesNotContain("RPATH", elf, StringComparison.Ordinal);
        Assert.DoesNotContain(".symtab", elf, StringComparison.Ordinal);
        Assert.DoesNotContain("INTERP", elf, StringComparison.Ordinal);
        Assert.Contains("__stack_chk_fail", Run("nm", Symbols(Unpack(DebugDeb), file)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_debugger_finds_names_and_lines_by_the_packages_of_symbols()
    {
        foreach ((string package, string symbols) in new[] { (Deb, DebugDeb), (Rpm, DebugRpm) })
        {
            string said = Run("gdb", "-nx", "-batch", "-iex", $"set debug-file-directory {Unpack(symbols)}/usr/lib/debug", "-ex",
                "info line HookEngine_HookEngine_Supervision_SupervisorOrder__Parse", $"{Unpack(package)}/usr/bin/runc-wrap");

            Assert.Contains("/usr/src/ocihooks/src/HookEngine/Supervision/SupervisorOrder.cs", said, StringComparison.Ordinal);
        }
    }

    private static string Symbols(string root, string program)
    {
        string id = Regex.Match(Run("readelf", "--notes", program), "Build ID: ([0-9a-f]+)").Groups[1].Value;
        return $"{root}/usr/lib/debug/.build-id/{id[..2]}/{id[2..]}.debug";
    }

    private string Unpack(string package)
    {
        string root = Path.Combine(_scratch, Path.GetFileName(package));
        if (!Directory.Exists(root))
        {
            _ = package.EndsWith(".deb", StringComparison.Ordinal)
                ? Run("dpkg-deb", "--extract", package, Directory.CreateDirectory(root).FullName)
                : Run("sh", "-c", "mkdir \"$2\" && rpm2cpio \"$1\" | cpio --quiet -idm -D \"$2\"", "sh", package, root);
        }

        return root;
    }

    private static string[] Lines(string program, params string[] arguments) =>
        Run(program, arguments).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string Run(string program, params string[] arguments) =>
        new Command(program, arguments.Select(argument => (ByteString)argument)).Run().EnsureSuccess().OutputText;
}
