using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationTests.Fixture;
using IntegrationTests.Wrapper;

namespace IntegrationTests.HookCtl;

/// <summary>Rules as packages and instructions of other projects have them: what their authors are told, and what containers get.</summary>
public sealed class WildRuleTests : IDisposable
{
    private const string Process = "\"process\":{\"args\":[\"/sbin/init\"],\"cwd\":\"/\"}";

    private readonly WrapperBench _bench = new();

    public void Dispose() => _bench.Dispose();

    /// <summary>
    /// A file; a container's annotation that it may be for; the stages at which its hook is injected, null if the container is refused; parts of what
    /// validate says.
    /// </summary>
    public static TheoryData<string, string, string?, string[]> Rules => new()
    {
        { "01-oci-seccomp-bpf-hook", "\"io.containers.trace-syscall\":\"of:/x\"", "createRuntime", ["stages[0]: \"prestart\"", "write \"createRuntime\""] },
        { "03-nvidia-always-false", "", "", ["when.always: is false", "never matches"] },
        { "05-nvidia-010", "\"a\":\"sandbox\"", "createRuntime", ["annotations[0]: \"sandbox\" matches anywhere", "stage[0]: \"prestart\""] },
        { "07-oci-systemd-hook", "", "createRuntime poststop", ["stage[0]: \"prestart\""] },
        { "09-oci-umount-docs-trailing-comma", "", null, [".json:5:38: error: ", "not valid JSON", "remove the comma"] },
        { "11-podman-precreate", "", "", ["0 errors"] },
        { "13-no-when", "", "", ["when: has no condition, so the rule never matches", "\"always\": true"] },
        { "15-unescaped-dot-annotation", "\"com.intel.sgx\":\"container_sgx_epc_limit\"", "poststop", ["\"container_sgx_epc_limit\" matches anywhere"] },
        { "17-when-args-old-name", "", "", ["when.args: is not read", "\"when.commands\"", "when: has no condition"] },
        { "19-annotation-typo-singular", "\"a\":\"b\"", "", ["when.annotation: is not read", "\"when.annotations\"", "when: has no condition"] },
        {
            "21-env-template-home", "\"podman_hpc.hook_tool\":\"true\"", "createRuntime",
            ["hook.env[0]: \"HOME=${HOME}\"", "nothing is expanded", "a dot any character", "podman_hpc\\\\.hook_tool"]
        },
        { "23-nri-always", "", "createRuntime poststop", ["stages[0]: \"prestart\""] },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void Its_author_is_told_what_to_know_and_a_container_gets_what_the_reference_gives(
        string name, string annotation, string? stages, string[] told)
    {
        _bench.WriteRule($"{name}.json", WithProgram(File.ReadAllText(Path.Combine(Repository.Root, "tests", "wild", $"{name}.json"))));
        File.WriteAllText(_bench.Config, $$"""{"ociVersion":"1.0.2","root":{"path":"r"},{{Process}},"annotations":{ {{annotation}} } }""");
        byte[] before = File.ReadAllBytes(_bench.Config);

        CommandResult validated = new Command(Repository.HookCtl, "validate", "--config", _bench.SettingsFile).Run();

        Assert.Equal(stages is null ? 1 : 0, validated.ExitCode);
        Assert.All(told, part => Assert.Contains(part, validated.OutputText, StringComparison.Ordinal));
        CommandResult created = _bench.Create();
        if (stages is null)
        {
            _bench.AssertRefused(created, 125, before, $"{name}.json", "remove the comma");
            return;
        }

        created.AssertSilentSuccess();
        Assert.Equal(stages, string.Join(' ', _bench.Hooks().Keys));
    }

    [Fact]
    public void Each_file_is_looked_at() => Assert.Equal(
        Directory.GetFiles(Path.Combine(Repository.Root, "tests", "wild")).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal),
        Rules.Select(row => (string)row[0]));

    /// <summary>A program that is there, in place of one that is not.</summary>
    private static string WithProgram(string rule)
    {
        JsonNode? parsed = null;
        try
        {
            parsed = JsonNode.Parse(rule);
        }
        catch (JsonException)
        {
            // Its text is what matters.
        }

        string? program = (string?)(parsed?["hook"] is JsonObject hook ? hook["path"] : parsed?["hook"]);
        return program is null || program == "/usr/bin/cat" ? rule : rule.Replace($"\"{program}\"", "\"/bin/true\"", StringComparison.Ordinal);
    }
}
