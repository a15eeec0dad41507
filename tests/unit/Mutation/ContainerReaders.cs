using System.Text;
using System.Text.Json;
using HookEngine;
using HookEngine.Bundles;
using HookEngine.Cdi;
using HookEngine.Identity;
using HookEngine.Injection;
using HookEngine.Json;
using HookEngine.Linux;
using HookEngine.Matching;
using HookEngine.Precreate;
using HookEngine.Re2;
using HookEngine.Rules;
using HookEngine.Rules.Lint;
using HookEngine.Settings;
using HookEngine.Trust;

namespace Tests.Unit.Mutation;

/// <summary>Readers of what a container is made of: rules, settings, config.json, devices, records.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal static class ContainerReaders
{
    private const string Config = """
        {"ociVersion":"1.0.2","process":{"terminal":false,"user":{"uid":1,"gid":2,"additionalGids":[3]},"args":["/init","isatty",0],"env":["A=b","C=d"],"cwd":"/"},
         "root":{"path":"rootfs"},"hostname":"h","annotations":{"k":"v","cdi.k8s.io/x":"vendor.com/net=0"},
         "mounts":[{"destination":"/d","type":"bind","source":"/s","options":["rbind","ro"]}],
         "hooks":{"createRuntime":[{"path":"/a","args":["a"],"env":["B=c"],"timeout":3},{"path":"/b"}],"poststop":[]},
         "linux":{"namespaces":[{"type":"network","path":"/n"},{"type":"pid"}],"maskedPaths":["/proc/kcore"],"devices":[{"path":"/dev/x","type":"c","major":1,"minor":2}],
          "resources":{"devices":[{"allow":false,"access":"rwm"},{"allow":true,"type":"c","major":1,"minor":5,"access":"rw"}]},"seccomp":{"defaultAction":"SCMP_ACT_ALLOW"}}}
        """;

    private const string Own = """
        {"version":"ocihooks/1","description":"d","order":-1,"prepend":true,"onFailure":"continue","log":"debug",
         "when":{"image":["nginx:*",{"re2":"^a$"}],"labels":{"a":"b"},"env":{"A":"b"},"not":{"privileged":true},"any":[{"bindMounts":false},{"mounts":[{"destination":"/d","source":"*"}]}],"all":[{"network":"host"}]},
         "hook":{"path":"/bin/true","args":["a"],"env":{"N":"{{name|x}}","P":"{{pid}}"},"timeout":5},"stages":["createRuntime"],
         "edits":{"env":["X=1"],"mounts":[{"hostPath":"/h","containerPath":"/c","options":["ro"]}],"deviceNodes":[{"path":"/dev/null","type":"c","major":1,"minor":3,"permissions":"rw"}],
          "additionalGids":[44],"annotations":{"e":"f"},"seccomp":{"defaultAction":"SCMP_ACT_ALLOW"},"hooks":[{"hookName":"poststop","path":"/p"}]},"cdi":["vendor.com/net=0"],"onConflict":"keep"}
        """;

    private const string Hook100 = """
        {"version":"1.0.0","hook":{"path":"/bin/true","args":["a","b"],"env":["A=b"],"timeout":3},
         "when":{"always":true,"annotations":{"^k$":"^v.*$"},"commands":["sh$","(?i)INIT"],"hasBindMounts":true},"stages":["prestart","precreate","poststop"]}
        """;

    private const string Hook010 = """{"hook":"/bin/true","arguments":["a"],"cmds":["sh$"],"annotations":["v"],"hasbindmounts":true,"stages":["prestart"]}""";

    private const string Spec = """
        {"cdiVersion":"0.6.0","kind":"vendor.com/net","annotations":{"a":"b"},"containerEdits":{"env":["A=b"]},
         "devices":[{"name":"0","containerEdits":{"deviceNodes":[{"path":"/dev/n","hostPath":"/dev/null","type":"c","major":1,"minor":3,"fileMode":432,"uid":0,"gid":0}],
          "mounts":[{"hostPath":"/h","containerPath":"/c","options":["ro"]}],"hooks":[{"hookName":"createContainer","path":"/bin/true","args":["a"],"env":["A=b"],"timeout":1}],"additionalGids":[5]}}]}
        """;

    private const string Yaml =
        "---\ncdiVersion: 0.5.0\nkind: vendor.com/net\ncontainerEdits:\n  env:\n  - EVERY=1\n  hooks:\n  - {hookName: createContainer, path: /bin/true, args: [true, \"x\\u00e9\"]}\n"
        + "devices:\n- name: \"0\"\n  containerEdits:\n    deviceNodes:\n    - path: /dev/net0\n      major: 0x10\n      minor: 0o17\n      fileMode: 0660\n    additionalGids: [1, 2]\n- name: one\n"
        + "  containerEdits: {env: [ONE=1]} # c\n- name: two\n  annotations: |\n    text\n  containerEdits: !!map {env: ['A=b']}\n";

    private static readonly WrapperSettings s_settings = new() { Trust = TrustPolicy.Off };

    private static readonly Rule s_rule = ParseRule(
        """
        {"version":"ocihooks/1","when":{"always":true},"onConflict":"replace","edits":{"env":["A=1"],"mounts":[{"hostPath":"/h","containerPath":"/d/e"}],
         "deviceNodes":[{"path":"/dev/x","type":"c","major":9,"minor":9}],"additionalGids":[44],"annotations":{"k":"f"},"seccomp":{"defaultAction":"SCMP_ACT_KILL"}}}
        """u8.ToArray(), [])!;

    internal static IReadOnlyList<MutatedReader> All { get; } =
    [
        new("rule 1.0.0", "rule.json", ReadRule, Hook100),
        new("rule 0.1.0", "rule.json", ReadRule, Hook010),
        new("rule ocihooks/1", "rule.json", ReadRule, Own),
        new("settings", "/FILE", (text, _) => SettingsFile.Parse("/FILE", text),
            """{"runtime":["runc","/usr/bin/crun"],"hooksDirs":["/a"],"cdiSpecDirs":["/c"],"onMissingHook":"skip","trust":"warn","allowedHookDirs":["/h"],"supervise":{"poststart":false},"hookTimeout":5,"hookTimeoutCeiling":60.5,"hookKillGrace":0.2,"onHookFailure":"abort","log":{"journald":true,"stderr":false,"file":"/l","level":"debug"}}""",
            "// c\n{ \"supervise\": true, \"log\": { \"level\": \"error\", }, }\n"),
        new("config.json", "", (text, _) => ReadConfig(text), Config, """{"Hooks":{"PRESTART":null},"hooks":null,"process":null}"""),
        new("config.json of precreate", "", (text, _) => FilteredConfiguration.FindProblem(text), Config),
        new("CDI file (JSON)", "", (text, _) => ReadDevices("/FILE.json", text), Spec),
        new("CDI file (YAML)", "", (text, _) => ReadDevices("/FILE.yaml", text), Yaml, "{\"kind\": \"vendor.com/net\"}", "a: &x 1\nb: *x\n"),
        new("injection record", "", ReadRecord, RecordOf(Config)),
        new("file of --hook-config-path", "hooks.json", ReadHookConfig, """{"hooks":{"prestart":[{"path":"/a","args":["a"],"env":["A=b"],"timeout":3}],"poststop":[]}}"""),
        new("pattern", "", (text, _) => Re2Pattern.Parse(Encoding.UTF8.GetString(text), out string? _)?.IsMatch("/usr/bin/init é \n"),
            "^/usr/(bin|sbin)/[a-z_]+$", "(?i)a{2,5}?b*[^[:alpha:]\\d\\pL]\\b", "(?P<n>a|b)+\\Q.\\E\\x{10FFFF}\\n"),
        new("glob", "", (text, _) => ReadGlob(Encoding.UTF8.GetString(text)), "nginx:*", "[!a-z]?\\*[]]", "*a*b*c"),
    ];

    private static void ReadRule(byte[] text, MutatedFiles files)
    {
        var diagnostics = new List<Diagnostic>();
        Rule? rule;
        try
        {
            rule = ParseRule(text, diagnostics);
        }
        catch (JsonException syntax)
        {
            // As those who read rules' files do.
            _ = GoJson.Describe(text, syntax);
            return;
        }

        string file = files.Write("rule.json", text);
        CheckedRules found = RuleLint.Check([new FilePath(file)], s_settings);
        Assert.All(found.Diagnostics.Select(problem => problem.ToString()), problem => Assert.StartsWith(file, problem, StringComparison.Ordinal));
        if (rule is not null)
        {
            ContainerConfig config = ContainerConfig.Parse(Encoding.UTF8.GetBytes(Config), out _, isDetailed: true)!;
            _ = Matcher.NotLookedAt(Matcher.Match(rule, config.Facts with { Identity = IdentityOf(config) }));
        }
        else
        {
            Assert.NotEmpty(diagnostics);
        }
    }

    private static Rule? ParseRule(byte[] text, List<Diagnostic> diagnostics)
    {
        Rule? rule = new RuleParser(new FilePath("rule.json"), diagnostics).Parse(text, RuleDirectory.FindHook, out string? missing);
        if (missing is not null)
        {
            diagnostics.Add(new Diagnostic(Severity.Warning, "rule.json", null, missing));
        }

        return rule;
    }

    /// <summary>The place must be there; what is in it is not looked at.</summary>
    private static ContainerIdentity IdentityOf(ContainerConfig config) =>
        IdentityReader.Read(new FilePath(typeof(ContainerReaders).Assembly.Location), "c1", config.Detail!, new EngineQuestions());

    private static void ReadConfig(byte[] text)
    {
        if (ContainerConfig.Parse(text, out string? problem, isDetailed: true) is not { } config)
        {
            Assert.NotNull(problem);
            return;
        }

        _ = Matcher.Match(s_rule, config.Facts with { Identity = IdentityOf(config) });
        _ = ConfiguredHooks.Read(text, config);
        PlannedHook[] hooks =
        [
            new(HookStage.CreateRuntime, new Hook("/n", ["n"], null, 3), null),
            new(HookStage.Poststop, new Hook("/n", null, null, null), null, First: true),
            new(HookStage.StartContainer, new Hook("/n", null, null, null), null),
        ];
        Inject(text, config, hooks, []);
        Inject(text, config, hooks, [new PlannedEdits(s_rule, null, s_rule.Edits!.Own with { Hooks = [] })]);
    }

    /// <summary>What is made of it is a configuration again, and leads back to it.</summary>
    private static void Inject(byte[] text, ContainerConfig config, PlannedHook[] hooks, PlannedEdits[] edits)
    {
        ConfigPatch patch;
        try
        {
            patch = ConfigPatch.Make(text, config, hooks, edits);
        }
        catch (OciHooksException)
        {
            // The bundle's file is known to whoever called.
            return;
        }

        byte[] patched = Apply(text, patch.Splices);
        Assert.NotNull(ContainerConfig.Parse(patched, out _));
        Assert.Equal(text, Apply(patched, Splice.Invert(patch.Splices, patched)!));
    }

    private static byte[] Apply(byte[] text, IReadOnlyList<Splice> splices)
    {
        byte[] result = new byte[Splice.LengthAfter(text.Length, splices)];
        Splice.Apply(text, splices, result);
        return result;
    }

    private static void ReadDevices(string file, byte[] text)
    {
        CdiSpec? spec = CdiSpec.Parse(new FilePath(file), text, out string? problem);
        Assert.True(spec is null == problem is not null);
    }

    private static string RecordOf(string config)
    {
        byte[] text = Encoding.UTF8.GetBytes(config);
        ContainerConfig parsed = ContainerConfig.Parse(text, out _)!;
        ConfigPatch patch = ConfigPatch.Make(
            text,
            parsed,
            [new PlannedHook(HookStage.CreateRuntime, new Hook("/n", ["n"], ["A=b"], 3), null)],
            [new PlannedEdits(s_rule, null, s_rule.Edits!.Own)]);
        var generation = InjectionRecord.Generation.Of(text, parsed, patch, Apply(text, patch.Splices));
        return Encoding.UTF8.GetString(InjectionRecord.Write(generation, generation with { Edits = [], Sum = null, Length = text.Length }, new FilePath("/b/config.json")));
    }

    private static void ReadRecord(byte[] text, MutatedFiles files)
    {
        var record = InjectionRecord.Read(new FilePath(files.Write("config.json.ocihooks", text)));
        byte[] config = Encoding.UTF8.GetBytes(Config);
        ContainerConfig parsed = ContainerConfig.Parse(config, out _)!;
        byte[] injected = Apply(config, HookInjection.Edits(config, parsed, [new PlannedHook(HookStage.CreateRuntime, new Hook("/n", ["n"], ["A=b"], 3), null)]));
        foreach (byte[] shown in (byte[][])[config, injected])
        {
            byte[] undone = Apply(shown, record.EditsToUndo(shown, out _, out _));
            Assert.True(undone.Length <= shown.Length + text.Length);
        }
    }

    private static void ReadHookConfig(byte[] text, MutatedFiles files) =>
        _ = global::RuncWrap.HookConfigFile.Read(new FilePath(files.Write("hooks.json", text)), TrustPolicy.Off, new PathWalk());

    private static void ReadGlob(string pattern)
    {
        if (Glob.Problem(pattern) is null)
        {
            _ = Glob.IsMatch(pattern, "docker.io/library/nginx:latest");
        }
    }
}
