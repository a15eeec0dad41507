using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>
/// Tests that files which others than root may change are not used: rules, settings, hooks, interpreters, and their parent directories.
/// </summary>
[Trait("Needs", "root")]
public sealed class TrustTests : IDisposable
{
    private const string Nobody = "65534";

    private readonly WrapperBench _bench = new();

    public TrustTests()
    {
        Shell("mkdir bin; printf '#!/bin/sh\n' >bin/hook; chmod 755 bin bin/hook hooks.d");
        _bench.WriteRule("a.json", WrapperBench.Rule(path: Hook));
    }

    private string Hook => Path.Combine(_bench.Root, "bin", "hook");

    private void WriteEdits()
    {
        Shell("mkdir cdi; echo '{\"defaultAction\":\"SCMP_ACT_ALLOW\"}' >profile.json");
        File.WriteAllText(Path.Combine(_bench.Root, "cdi", "net.json"), """
            {"cdiVersion":"0.6.0","kind":"vendor.com/net","devices":[{"name":"0","containerEdits":{"env":["NET=1"]}}]}
            """);
        _bench.Set("cdiSpecDirs", new JsonArray(Path.Combine(_bench.Root, "cdi")));
        _bench.WriteRule("a.json", $$$"""
            {"version": "ocihooks/1", "when": {"always": true}, "cdi": ["vendor.com/net=0"],
             "edits": {"seccomp": "{{{Path.Combine(_bench.Root, "profile.json")}}}", "hooks": [{"hookName": "poststart", "path": "{{{Hook}}}"}]}}
            """);
    }

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void What_only_root_may_change_is_used_also_below_a_sticky_directory()
    {
        Shell("mkdir -m 1777 s; mv bin s; ln -s s/bin bin");

        _bench.Create().AssertSilentSuccess();

        Assert.Contains(Hook, _bench.ConfigText, StringComparison.Ordinal);
    }

    /// <summary>The stores of Nix and Guix are such directories: owned by root, writable by a group, and mounted read-only.</summary>
    [Fact]
    public void A_file_right_in_a_sticky_directory_of_a_group_is_used_if_it_is_mounted_read_only()
    {
        Shell("mkdir -m 1775 s; mv bin/hook hooks.d/a.json settings.json s; ln -s ../s/hook bin/hook; ln -s ../s/a.json hooks.d; ln -s s/settings.json .");
        using var store = Mount.Bind(Path.Combine(_bench.Root, "s"), Path.Combine(_bench.Root, "s"));
        Assert.Equal(125, _bench.Create().ExitCode);
        Shell("mount -o remount,bind,ro s");

        _bench.Create().AssertSilentSuccess();

        Assert.Contains(Hook, _bench.ConfigText, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_everyone_may_write_is_not_though_it_is_mounted_read_only()
    {
        Shell("mkdir -m 1777 s; mv bin/hook s; ln -s ../s/hook bin/hook");
        using var store = Mount.Bind(Path.Combine(_bench.Root, "s"), Path.Combine(_bench.Root, "s"));
        Shell("mount -o remount,bind,ro s");

        _bench.AssertRefused(_bench.Create(), 125, WrapperBench.MinimalConfig, "s/hook may have been put into", "move it");
    }

    /// <summary>In each case others could make root run something. The data are the change, the error, and the fix.</summary>
    [Theory]
    [InlineData("chown 65534 hooks.d/a.json", "hooks.d/a.json belongs to user 65534", "chown root")]
    [InlineData("chmod o+w hooks.d/a.json", "hooks.d/a.json can be written by everyone", "chmod go-w")]
    [InlineData("chmod g+w hooks.d/a.json", "hooks.d/a.json can be written by its group", "chmod go-w")]
    [InlineData("chmod 777 hooks.d", "hooks.d can be written by its group and everyone else", "chmod go-w")]
    [InlineData("chmod 1777 hooks.d", "hooks.d can be written by", "chmod go-w")]
    [InlineData("chown 65534 hooks.d", "hooks.d belongs to user 65534", "chown root")]
    [InlineData("mkdir d; mv hooks.d d; chmod 777 d; ln -s d/hooks.d hooks.d", "/d can be written by", "chmod go-w")]
    [InlineData("mkdir d; mv hooks.d h; ln -s ../h d/l; ln -s d/l hooks.d; chmod 777 d", "/d can be written by", "chmod go-w")]
    [InlineData("mkdir d; mv hooks.d/a.json d; chmod o+w d; ln -s ../d/a.json hooks.d", "/d can be written by everyone", "chmod go-w")]
    [InlineData("mv hooks.d/a.json f; ln -s ../f hooks.d/a.json; chown -h 65534 hooks.d/a.json", "a.json belongs to user 65534", "chown root")]
    [InlineData("mkdir -m 1777 s; mv hooks.d/a.json s; ln s/a.json copy; ln -s ../s/a.json hooks.d", "may have been put into", "move it")]
    [InlineData("mkdir -m 1777 s; mv hooks.d s; ln -s s/hooks.d hooks.d; chown 65534 s/hooks.d", "s/hooks.d belongs to user 65534", "chown root")]
    [InlineData("chmod o+w bin/hook", "bin/hook can be written by everyone", "chmod go-w")]
    [InlineData("chown 65534 bin/hook", "bin/hook belongs to user 65534", "chown root")]
    [InlineData("chmod g+w bin", "/bin can be written by its group", "chmod go-w")]
    [InlineData("chmod 1777 bin", "bin/hook may have been put into", "move it")]
    [InlineData("echo '#!/no/such/sh' >bin/hook", "its interpreter /no/such/sh ", "install it")]
    [InlineData("echo '#!/proc/self/exe' >bin/hook", "what a path through /proc means depends on who asks", "give another path")]
    [InlineData("cp /bin/sh sh; chmod 777 sh; echo \"#!$PWD/sh\" >bin/hook", "/sh can be written by", "chmod go-w")]
    [InlineData("cp /bin/sh sh; chmod 777 sh; printf \"#! $PWD/sh -e\\n\" >i; chmod 755 i; echo \"#!$PWD/i\" >bin/hook", "/sh can be written by", "chmod go-w")]
    [InlineData("echo '#!bin/sh' >bin/hook", "bin/sh for an interpreter", "give an absolute path")]
    [InlineData("chmod o+w settings.json", "settings.json can be written by everyone", "chmod go-w")]
    [InlineData("chown 65534 settings.json", "settings.json belongs to user 65534", "chown root")]
    [InlineData("mkfifo hooks.d/b.json", "b.json: is not a regular file", "fix or remove it")]
    [InlineData("truncate -s 10G hooks.d/b.json", "b.json: is larger than", "fix or remove it")]
    public void What_others_may_change_refuses_the_create(string attack, string problem, string fix)
    {
        Shell(attack);

        _bench.AssertRefused(_bench.Create(), 125, WrapperBench.MinimalConfig, problem, fix);
    }

    [Fact]
    public void Warn_uses_it_and_says_so()
    {
        _bench.Set("trust", "warn");
        _bench.Set("log", new JsonObject { ["journald"] = false, ["stderr"] = true });
        Shell("chmod o+w hooks.d/a.json bin");

        CommandResult result = _bench.Create();

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("hooks.d/a.json can be written by everyone", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains("/bin can be written by everyone", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains(Hook, _bench.ConfigText, StringComparison.Ordinal);
    }

    /// <summary>The files for a rule's edits give a container devices and remove its seccomp profile.</summary>
    [Theory]
    [InlineData("chmod o+w cdi/net.json", "cdi/net.json: is not to be trusted: ", "cdi/net.json can be written by everyone")]
    [InlineData("chmod 1777 cdi", "/cdi: is not to be trusted: ", "/cdi can be written by its group and everyone else")]
    [InlineData("chown 65534 profile.json", "profile.json: is not to be trusted: ", "profile.json belongs to user 65534")]
    [InlineData("chown 65534 bin/hook", "its hook ", "bin/hook belongs to user 65534")]
    [InlineData("rm bin/hook", "its hook ", "bin/hook\" cannot be examined: no such file or directory, so that it cannot be judged; install it")]
    [InlineData("rm bin/hook; chown 65534 bin", "its hook ", "bin belongs to user 65534")]
    public void So_it_is_with_what_edits_come_from(string attack, string subject, string problem)
    {
        WriteEdits();
        Shell(attack);

        _bench.AssertRefused(_bench.Create(), 125, WrapperBench.MinimalConfig, subject, problem);
    }

    [Fact]
    public void Edits_of_trusted_files_are_made_and_with_warn_those_of_others_too()
    {
        WriteEdits();
        _bench.Create().AssertSilentSuccess();
        Assert.Contains("NET=1", _bench.ConfigText, StringComparison.Ordinal);

        _bench.Set("trust", "warn");
        _bench.Set("log", new JsonObject { ["journald"] = false, ["stderr"] = true });
        Shell("chmod o+w cdi/net.json profile.json; sed -i s/NET=1/NET=2/ cdi/net.json");
        CommandResult result = _bench.Create();

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("cdi/net.json can be written by everyone", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains("profile.json can be written by everyone", result.ErrorText, StringComparison.Ordinal);
        Assert.Contains("NET=2", _bench.ConfigText, StringComparison.Ordinal);
    }

    /// <summary>The wrapper keeps parent directories open while it checks them, but no more than the limit allows.</summary>
    [Fact]
    public void A_few_descriptors_are_enough_for_deep_directories()
    {
        string deep = string.Join('/', Enumerable.Repeat("d", 30));
        Shell($"mkdir -p {deep}; mv bin/hook {deep}; cp -r hooks.d {deep}/rules");
        File.WriteAllText(
            Path.Combine(_bench.Root, deep, "rules", "a.json"), WrapperBench.Rule(path: Path.Combine(_bench.Root, deep, "hook")));
        _bench.Set("hooksDirs", new JsonArray(Path.Combine(_bench.Root, deep, "rules")));

        Shell($"ulimit -n 9; {Repository.Wrapper} --wrap-config settings.json create --bundle {_bench.Bundle} c1");

        Assert.Contains(deep, _bench.ConfigText, StringComparison.Ordinal);
    }

    [Fact]
    public void Off_looks_at_nothing_but_the_settings()
    {
        _bench.Set("trust", "off");
        Shell("chmod -R o+w hooks.d bin");
        _bench.Create().AssertSilentSuccess();

        Shell("chmod o+w settings.json");
        _bench.Create().AssertFailed(125, "settings.json can be written by everyone");
    }

    [Theory]
    [InlineData("chmod o+w settings.json")]
    [InlineData("chmod o+w .")]
    [InlineData("chmod 1777 .")]
    [InlineData("mkdir d; mv settings.json d; ln -s d/settings.json settings.json; chmod o+w d")]
    [InlineData("mkdir d; mv settings.json real; ln -s ../real d/settings.json; ln -s d/settings.json settings.json; chmod o+w d")]
    public void Settings_that_others_may_replace_do_not_choose_the_runtime_of_other_commands(string attack)
    {
        _ = _bench.Run("state", "c1");
        Assert.Single(_bench.Calls);

        Shell(attack);

        _ = _bench.Run("state", "c1");
        Assert.Single(_bench.Calls);
    }

    [Theory]
    [InlineData("mv settings.json real; ln -s real settings.json")]
    [InlineData("mkdir -m 1777 s; mkdir s/own; mv settings.json s/own; ln -s s/own/settings.json settings.json")]
    public void Settings_behind_links_of_roots_do(string links)
    {
        Shell(links);

        _ = _bench.Run("state", "c1");

        Assert.Single(_bench.Calls);
    }

    /// <summary>While another user swaps a program for his own, no such program is ever injected.</summary>
    [Fact]
    public async Task A_hook_that_comes_and_goes_is_never_injected_from_where_others_may_put_it()
    {
        Shell("chown 65534 bin; chmod 755 .");
        const string Script = "cd \"$1\"; while [ ! -e ../stop ]; do mv hook away; mv away hook; done";
        string directory = Path.Combine(_bench.Root, "bin");
        Task<CommandResult> swapping = Task.Run(
            () => new Command("setpriv", "--reuid", Nobody, "--clear-groups", "sh", "-c", Script, "sh", directory).Run());

        try
        {
            Stopwatch clock = Stopwatch.StartNew();
            var seen = new HashSet<bool>();
            for (int i = 0; i < 150 || seen.Count < 2; i++)
            {
                Assert.True(clock.Elapsed < TestTimeout.Limit, "the hook neither comes nor goes");
                _ = _bench.Create();
                Assert.DoesNotContain(Hook, _bench.ConfigText, StringComparison.Ordinal);
                _ = seen.Add(File.Exists(Hook));
            }
        }
        finally
        {
            File.WriteAllText(Path.Combine(_bench.Root, "stop"), "");
            _ = (await swapping).EnsureSuccess();
        }
    }

    [Fact]
    public void A_container_that_gets_no_untrusted_hook_is_created()
    {
        Shell("chmod o+w bin/hook");
        _bench.WriteRule("a.json", WrapperBench.Rule(path: Hook, when: """{"commands":["^/no/such$"]}"""));

        _bench.Create().AssertSilentSuccess();
    }

    [Fact]
    public void Hooks_are_confined_to_directories_wherever_links_lead()
    {
        Shell("mkdir allowed; ln -s ../bin/hook allowed/link; cp bin/hook allowed/own; ln -s allowed other");
        _bench.Set("allowedHookDirs", new JsonArray(Path.Combine(_bench.Root, "other"), "/no/such"));
        _bench.WriteRule("a.json", WrapperBench.Rule(path: Path.Combine(_bench.Root, "allowed", "own")));
        _bench.Create().AssertSilentSuccess();

        _bench.WriteRule("a.json", WrapperBench.Rule(path: Path.Combine(_bench.Root, "allowed", "link")));
        _bench.Create().AssertFailed(125, "allowed/link", Hook, "allowedHookDirs");
    }

    [Fact]
    public void More_files_than_allowed_refuse_the_create()
    {
        Shell("cd hooks.d; seq -f '%g.json' 10001 | xargs touch");

        _bench.AssertRefused(_bench.Create(), 125, WrapperBench.MinimalConfig, "more than the 10000 allowed", "take some away");
    }

    [Fact]
    public void More_bytes_than_allowed_refuse_the_create()
    {
        string padded = WrapperBench.Rule(path: Hook) + new string(' ', 4_000_000);
        for (int i = 0; i < 18; i++)
        {
            _bench.WriteRule(string.Create(CultureInfo.InvariantCulture, $"{i:00}.json"), padded);
        }

        _bench.AssertRefused(_bench.Create(), 125, WrapperBench.MinimalConfig, "more than the 67108864 bytes allowed");
    }

    /// <summary>While creates run, names change all the time between root's files and those of another user.</summary>
    [Theory]
    [InlineData("link to the directory")]
    [InlineData("directory")]
    [InlineData("link to the rule")]
    [InlineData("rule")]
    public void A_rule_of_another_user_is_never_used_whatever_is_swapped_meanwhile(string what)
    {
        Shell($"""
            mkdir good evil
            cp hooks.d/a.json good; sed 's|{Hook}|/bin/false|' hooks.d/a.json >evil/a.json
            chown -R {Nobody} evil
            """);
        string Under(string name) => Path.Combine(_bench.Root, name);
        Action swap = what switch
        {
            "link to the directory" => Swap("hooks.d", "good", "evil", link: true),
            "directory" => Swap("hooks.d", "good", "evil", link: false),
            "link to the rule" => Swap("hooks.d/a.json", Under("good/a.json"), Under("evil/a.json"), link: true),
            _ => Swap("hooks.d/a.json", "good/a.json", "evil/a.json", link: false),
        };
        Stopwatch clock = Stopwatch.StartNew();
        int used = 0, refused = 0;
        Meanwhile.Do(_ => swap(), () =>
        {
            // Until both outcomes were seen, because scheduling decides how long that takes.
            for (int i = 0; i < 300 || used == 0 || refused == 0; i++)
            {
                Assert.True(clock.Elapsed < TestTimeout.Limit, $"{used} used, {refused} refused: nothing is swapped");
                File.WriteAllBytes(_bench.Config, WrapperBench.MinimalConfig);
                File.Delete(_bench.Record);
                CommandResult result = _bench.Create();
                Assert.DoesNotContain("/bin/false", _bench.ConfigText, StringComparison.Ordinal);
                used += _bench.ConfigText.Contains(Hook, StringComparison.Ordinal) ? 1 : 0;
                refused += result.ErrorText.Contains($"belongs to user {Nobody}", StringComparison.Ordinal) ? 1 : 0;
            }
        });
    }

    /// <summary>Returns an action that makes a name refer to one file and then to the other.</summary>
    private Action Swap(string name, string one, string other, bool link)
    {
        string path = Path.Combine(_bench.Root, name);
        string aside = Path.Combine(_bench.Root, "aside");
        Shell($"rm -rf {path}");
        return link ? SwapLinks : SwapFiles;

        void SwapLinks()
        {
            foreach (string target in new[] { one, other })
            {
                File.CreateSymbolicLink(aside, target);
                _ = new Command("mv", "-fT", aside, path).Run().EnsureSuccess();
            }
        }

        void SwapFiles()
        {
            foreach (string source in new[] { Path.Combine(_bench.Root, one), Path.Combine(_bench.Root, other) })
            {
                Directory.Move(source, path);
                Thread.Yield();
                Directory.Move(path, source);
            }
        }
    }

    private void Shell(string script)
    {
        CommandResult result = new Command("/bin/sh", "-ec", script) { WorkingDirectory = _bench.Root }.Run();
        Assert.True(result.ExitCode == 0, result.ToString());
    }
}
