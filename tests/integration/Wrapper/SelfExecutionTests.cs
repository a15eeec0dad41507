using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Tests runtimes that are the wrapper itself, under any name. It would execute itself forever.</summary>
public sealed class SelfExecutionTests : IDisposable
{
    private const string Name = "ocihooks-test-runtime";

    private readonly WrapperBench _bench = new();
    private readonly string _wrapper;

    public SelfExecutionTests()
    {
        // A copy can have a hard link on any file system.
        _wrapper = Path.Combine(_bench.Root, "runc-wrap");
        _ = Executable.Copy(Repository.Wrapper, _wrapper);
    }

    public static TheoryData<string> Commands => ["state", "create"];

    public void Dispose() => _bench.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public void By_its_path_it_is_refused(string command) => AssertRefused(command, _wrapper);

    [Theory]
    [MemberData(nameof(Commands))]
    public void By_a_symbolic_link_it_is_refused(string command)
    {
        _ = File.CreateSymbolicLink(Path.Combine(_bench.Root, "one"), _wrapper);
        _ = File.CreateSymbolicLink(Path.Combine(_bench.Root, "two"), "one");
        AssertRefused(command, Path.Combine(_bench.Root, "two"));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void By_a_hard_link_it_is_refused(string command)
    {
        string link = Path.Combine(_bench.Root, "hard");
        _ = new Command("ln", _wrapper, link).Run().EnsureSuccess();
        AssertRefused(command, link);
    }

    public static TheoryData<string, string> Scripts => new()
    {
        { "as Docker writes one for runtimeArgs", "#!/bin/sh\n$W $O $@\n" },
        { "that executes it", "#!/bin/sh\nexec $W $O \"$@\"\n" },
        { "that executes it quoted", "#!/bin/sh\nexec '$W' $O \"$@\"\n" },
        { "that executes it from a variable", "#!/bin/sh\nW=$W; exec \"$W\" $O \"$@\"\n" },
        { "whose interpreter it is", "#!$W\n" },
        { "whose interpreter it is, with an option", "#!$W --debug\n" },
        { "whose interpreter it is, after white space", "#! $W\n" },
        { "that finds it by its name", "#!/bin/sh\nexec runc-wrap $O \"$@\"\n" },
        { "of env", "#!/usr/bin/env runc-wrap\n" },
        { "that says a lot first", "#!/bin/sh\n" + string.Concat(Enumerable.Repeat("# " + new string('x', 77) + "\n", 60)) + "exec $W $O \"$@\"\n" },
        { "that sets a variable first", "#!/bin/sh\nPATH=/usr/bin:$D\nexport PATH\nexec runc-wrap $O \"$@\"\n" },
        { "of a link to it", "#!/bin/sh\nexec $L $O \"$@\"\n" },
        { "that finds a link to it by its name", "#!/bin/sh\nexec " + Name + "-link $O \"$@\"\n" },
        { "of another script", "#!/bin/sh\nexec $S \"$@\"\n" },
    };

    [Theory]
    [MemberData(nameof(Scripts))]
    public void By_a_script_it_is_refused(string what, string text)
    {
        Assert.NotEmpty(what);
        string link = Path.Combine(_bench.Root, Name + "-link");
        _ = File.CreateSymbolicLink(link, _wrapper);
        string inner = _bench.WriteScript("inner", $"#!/bin/sh\nexec {_wrapper} --wrap-config {_bench.SettingsFile} \"$@\"\n");
        string script = _bench.WriteScript("script", text
            .Replace("$W", _wrapper, StringComparison.Ordinal).Replace("$O", $"--wrap-config {_bench.SettingsFile}", StringComparison.Ordinal)
            .Replace("$L", link, StringComparison.Ordinal)
            .Replace("$S", inner, StringComparison.Ordinal).Replace("$D", _bench.Root, StringComparison.Ordinal));

        AssertRefused("state", script);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void In_PATH_it_is_passed_over_for_the_real_one(string command)
    {
        string first = Directory.CreateDirectory(Path.Combine(_bench.Root, "first")).FullName;
        string second = Directory.CreateDirectory(Path.Combine(_bench.Root, "second")).FullName;
        _ = File.CreateSymbolicLink(Path.Combine(first, Name), _wrapper);
        _ = File.CreateSymbolicLink(Path.Combine(second, Name), Probes.Recorder);
        _bench.Set("runtime", Name);

        Run(command, $"PATH={first}:{second}").AssertSilentSuccess();

        Assert.Equal(Path.Combine(second, Name), Assert.Single(_bench.Calls).Arguments[0]);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Called_by_the_runtime_s_name_it_finds_the_real_one(string command)
    {
        string first = Directory.CreateDirectory(Path.Combine(_bench.Root, "first")).FullName;
        string second = Directory.CreateDirectory(Path.Combine(_bench.Root, "second")).FullName;
        _ = File.CreateSymbolicLink(Path.Combine(first, Name), _wrapper);
        _ = File.CreateSymbolicLink(Path.Combine(second, Name), Probes.Recorder);
        _bench.Set("runtime", Name);

        new Command(
            "env", "-i", $"PATH={first}:{second}", $"RECORDER_DIR={_bench.Records}",
            Name, "--wrap-config", _bench.SettingsFile, command, "--bundle", _bench.Bundle, "c1").Run().AssertSilentSuccess();

        Assert.Equal(Path.Combine(second, Name), Assert.Single(_bench.Calls).Arguments[0]);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Alone_in_PATH_it_is_refused(string command)
    {
        _ = File.CreateSymbolicLink(Path.Combine(_bench.Root, Name), _wrapper);
        _bench.Set("runtime", Name);

        Run(command, $"PATH={_bench.Root}").AssertFailed(125, Name, "this wrapper itself", "\"runtime\"");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Another_candidate_is_taken_in_its_place(string command)
    {
        _bench.Set("runtime", new JsonArray(_wrapper, Probes.Recorder));

        Run(command, $"PATH={_bench.Root}").AssertSilentSuccess();

        _ = Assert.Single(_bench.Calls);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Named_by_runtime_path_it_is_refused(string command)
    {
        CommandResult result = Start(["--runtime-path", _wrapper, command, "--bundle", _bench.Bundle, "c1"], $"PATH={_bench.Root}");
        result.AssertFailed(125, _wrapper, "this wrapper itself");
    }

    [Theory]
    [InlineData("#!/bin/sh\n# not $W, but:\nexec $R \"$@\"\n")]
    [InlineData("#!/bin/sh\n#$W\nexec $R \"$@\"\n")]
    [InlineData("#!/bin/sh\nexec $R \"$@\"\n")]
    public void A_script_that_runs_something_else_is_no_disguise(string text)
    {
        _bench.Set("runtime", _bench.WriteScript("script", text
            .Replace("$W", _wrapper, StringComparison.Ordinal).Replace("$R", Probes.Recorder, StringComparison.Ordinal)));

        Run("state", "PATH=/usr/bin:/bin").AssertSilentSuccess();

        _ = Assert.Single(_bench.Calls);
    }

    private void AssertRefused(string command, string runtime)
    {
        _bench.Set("runtime", runtime);
        Run(command, $"PATH=/usr/bin:/bin:{_bench.Root}").AssertFailed(125, runtime, "this wrapper itself", "\"runtime\"");
        Assert.Equal(WrapperBench.MinimalConfig, File.ReadAllBytes(_bench.Config));
    }

    private CommandResult Run(string command, string path) =>
        Start(["--wrap-config", _bench.SettingsFile, command, "--bundle", _bench.Bundle, "c1"], path);

    /// <summary>Runs the wrapper with a timeout of seconds, because a wrapper that executes itself never ends.</summary>
    private CommandResult Start(IEnumerable<ByteString> arguments, string path) => new Command(_wrapper, arguments)
    {
        Environment = [path, $"RECORDER_DIR={_bench.Records}"],
        WorkingDirectory = _bench.Root,
    }.Run();
}
