using System.Text;
using System.Text.Json;
using HookEngine.Model;
using HookEngine.Reading.Cdi;
using HookEngine.Reading.Edits;
using HookEngine.Reading.Files;
using HookEngine.Reading.Rules;
using HookEngine.Reading.Settings;
using Linux;
using Linux.Paths;
using Re2;
using RuncWrap.Create;
using RuncWrap.PreRuntime;

namespace Fuzz;

/// <summary>Readers of what administrators and packages write: rules, settings, CDI devices, profiles, patterns.</summary>
internal static class RuleTargets
{
    private static readonly FilePath s_file = new("/rules/a.json"u8);

    internal static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("rule", Rule, "tests/rules/good/*.json", "tests/rules/bad/*.json"),
        new("settings", Settings,
            "{\"runtime\":[\"runc\",\"/usr/bin/crun\"],\"hooksDirs\":[\"/a\"],\"trust\":\"warn\",\"log\":{\"file\":\"/l\",\"journald\":false}}",
            "// c\n{\"runtime\":\"crun\",/* d */\"supervise\":{\"prestart\":true},}"),
        new("hook-config", HookConfig, "{\"hooks\":{\"prestart\":[{\"path\":\"/bin/true\",\"args\":[\"a\"],\"env\":[\"A=b\"],\"timeout\":1}]}}"),
        new("cdi-json", text => Cdi("a.json", text),
            "{\"cdiVersion\":\"0.6.0\",\"kind\":\"v.com/c\",\"devices\":[{\"name\":\"d\",\"containerEdits\":{\"env\":[\"A=b\"],\"deviceNodes\":[{\"path\":\"/dev/x\","
            + "\"type\":\"c\",\"major\":1,\"minor\":2,\"permissions\":\"rw\"}],\"mounts\":[{\"hostPath\":\"/a\",\"containerPath\":\"/b\",\"options\":[\"ro\"]}],"
            + "\"hooks\":[{\"hookName\":\"createContainer\",\"path\":\"/h\"}]}}],\"containerEdits\":{}}"),
        new("cdi-yaml", text => Cdi("a.yaml", text),
            "cdiVersion: 0.6.0\nkind: \"v.com/c\"\ndevices:\n- name: &n d\n  containerEdits:\n    env: ['A=b', *n]\n    deviceNodes:\n    - {path: /dev/x, major: 0x1}\n"
            + "containerEdits:\n  mounts:\n  - hostPath: |\n      /a\n    containerPath: /b\n"),
        new("seccomp-of-rule", text => _ = SeccompProfile.FindProblem(text),
            "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":1,\"architectures\":[\"SCMP_ARCH_X86_64\"],\"syscalls\":[{\"names\":[\"read\"],"
            + "\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":0,\"value\":1,\"valueTwo\":2,\"op\":\"SCMP_CMP_EQ\"}]}]}"),
        new("pattern", Pattern, "^/bin/(ba)?sh$", "(?i)[[:alpha:]\\pL-\\x{10FFFF}]{2,3}?|\\b.*+", "(?P<n>a|b*)*\\Q.\\E\\C"),
        new("device-name", text => _ = CdiDeviceName.Parse(Encoding.UTF8.GetString(text)), "vendor.com/class=device"),
    ];

    private static void Rule(byte[] text)
    {
        var diagnostics = new List<Diagnostic>();
        try
        {
            Rule? rule = new RuleParser(s_file, diagnostics).Parse(text, _ => new HookPresence(false, null), out string? missing);
            FuzzTarget.Ensure(
                rule is not null || missing is not null || diagnostics.Exists(diagnostic => diagnostic.Severity == Severity.Error),
                "a rule is passed over, and nothing says why");
        }
        catch (JsonException)
        {
            // RuleFiles reports this error.
        }
    }

    /// <summary>
    /// Reads settings with both readers: the strict one, and the one that runs before the managed runtime and never fails.
    /// </summary>
    private static void Settings(byte[] text)
    {
        byte[] candidates = new byte[RuntimeSetting.CandidatesLimit];
        RuntimeSetting.Find(text, candidates);
        _ = SettingsFile.Parse("f", text);
    }

    private static void HookConfig(byte[] text) =>
        _ = HookConfigFile.Read(ScratchFile.Write("hooks.json", text), TrustPolicy.Off, new PathWalk());

    private static void Cdi(string name, byte[] text)
    {
        var walk = new PathWalk();
        var files = new TrustedFiles(TrustPolicy.Off, walk);
        CdiSpec? spec = CdiSpec.Read(ScratchFile.Write(name, text), files, out CdiDefect? defect);
        walk.Release();
        FuzzTarget.Ensure(spec is not null != defect is not null, "a file has devices or a defect");
    }

    private static void Pattern(byte[] text)
    {
        var pattern = Re2Pattern.Parse(Encoding.UTF8.GetString(text), out string? error);
        FuzzTarget.Ensure(pattern is null == error is not null, "a pattern is null if it has an error");
        _ = pattern?.IsMatch("/bin/bash\n");
    }
}
