using IntegrationTests.Fixture;

namespace IntegrationTests.Scripts;

public sealed class ShellcheckTests
{
    public static TheoryData<string> Scripts() =>
    [
        ".ci/run",
        "packaging/containerd-shim-hooked-v1",
        "tests/vm/run",
        .. new[] { "packaging", "scripts", "tests/benchmarks", "tests/probes", "tests/vm" }
            .SelectMany(directory => Directory.EnumerateFiles(Path.Combine(Repository.Root, directory), "*.sh", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Repository.Root, path))
            .Where(path => !path.StartsWith("packaging/scriptlets/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Scriptlets are not listed here: they are parts of scripts, and lintian and rpmlint check the whole.</summary>
    [Theory]
    [MemberData(nameof(Scripts))]
    public void It_finds_nothing(string script)
    {
        // Scripts read others by their path in the repository, scenarios by the path in the virtual machine.
        string[] sources = [Repository.Root, Path.Combine(Repository.Root, "tests/vm")];
        // Scenarios have no first line that names their shell.
        string[] shell = script.StartsWith("tests/vm/", StringComparison.Ordinal) ? ["--shell=bash"] : [];
        string path = Path.Combine(Repository.Root, script);

        _ = new Command("shellcheck", [.. shell, "--external-sources", .. sources.Select(source => $"--source-path={source}"), path]).Run().EnsureSuccess();
    }
}
