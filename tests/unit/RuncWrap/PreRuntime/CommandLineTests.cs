using RuncWrap.PreRuntime;

namespace UnitTests.RuncWrap.PreRuntime;

public sealed unsafe class CommandLineTests
{
    [Theory]
    [InlineData("create --bundle /b id", "/b")]
    [InlineData("create --bundle=/b id", "/b")]
    [InlineData("create -b /b id", "/b")]
    [InlineData("create -b=/b id", "/b")]
    [InlineData("create -b/b id", "/b")]
    [InlineData("create -bundle /b id", "/b")]
    [InlineData("create -bundle=/b id", "/b")]
    [InlineData("create --bun /b id", "/b")]
    [InlineData("run -db/b id", "/b")]
    [InlineData("run -d -b /b=c id", "/b=c")]
    [InlineData("create id --bundle /b", "/b")]
    [InlineData("create --pid-file --bundle --bundle /b id", "/b")]
    [InlineData("create --console-socket=/s --no-pivot --bundle /b id", "/b")]
    [InlineData("create -bundles id", "undles")]
    [InlineData("create id", null)]
    [InlineData("create -- --bundle", null)]
    public void The_bundle_is_found_in_every_spelling(string commandLine, string? bundle)
    {
        using var arguments = Arguments(commandLine);

        Invocation invocation = Parse(arguments);

        Assert.True(invocation.SetsUpContainer);
        Assert.Equal(bundle, NativeStrings.Text(invocation.Bundle));
    }

    [Theory]
    [InlineData("create --bundle /b id", "id")]
    [InlineData("create id --bundle /b", "id")]
    [InlineData("create --bundle /b -- -id", "-id")]
    [InlineData("create --bundle /b create", "create")]
    public void The_container_id_is_what_is_no_option(string commandLine, string id)
    {
        using var arguments = Arguments(commandLine);

        Invocation invocation = Parse(arguments);

        Assert.Equal(id, NativeStrings.Text(invocation.ContainerId));
    }

    [Theory]
    [InlineData("create --config /c.json id", "/c.json")]
    [InlineData("create --config=/c.json id", "/c.json")]
    [InlineData("create -f /c.json id", "/c.json")]
    [InlineData("create -f/c.json id", "/c.json")]
    [InlineData("create --conf=/c.json id", "/c.json")]
    [InlineData("create --console-socket /c id", null)]
    public void A_configuration_of_another_name_is_found(string commandLine, string? file)
    {
        using var arguments = Arguments(commandLine);

        Assert.Equal(file, NativeStrings.Text(Parse(arguments).ConfigFile));
    }

    [Theory]
    [InlineData("create id")]
    [InlineData("run id")]
    [InlineData("restore id")]
    [InlineData("--root /r --log /l --log-format json --systemd-cgroup create id")]
    [InlineData("--root=/r --debug --rootless auto --criu /c create id")]
    [InlineData("-root /r -debug create id")]
    [InlineData("--cgroup-manager=cgroupfs --log-level debug create id")]
    [InlineData("-l /log -r /root create id")]
    [InlineData("--unknown create id")]
    [InlineData("--unknown=value create id")]
    [InlineData("--unknown value create id")]
    [InlineData("-- create id")]
    public void Commands_that_set_up_a_container_are_seen_behind_any_global_options(string commandLine)
    {
        using var arguments = Arguments(commandLine);

        Assert.True(Parse(arguments).SetsUpContainer);
    }

    [Theory]
    [InlineData("--wrap-version", true)]
    [InlineData("--wrap-config /c --wrap-version create id", true)]
    [InlineData("create --wrap-version id", false)]
    [InlineData("--version", false)]
    public void The_wrappers_own_version_is_asked_for_before_the_command_only(string commandLine, bool isAskedFor)
    {
        using var arguments = Arguments(commandLine);

        Invocation invocation = Parse(arguments);

        Assert.Equal(isAskedFor, invocation.ShowsVersion);
        Assert.False(isAskedFor && invocation.SetsUpContainer);
    }

    [Theory]
    [InlineData("")]
    [InlineData("start create")]
    [InlineData("state create")]
    [InlineData("delete --force create")]
    [InlineData("exec id create --bundle /b")]
    [InlineData("exec create")]
    [InlineData("--root create state id")]
    [InlineData("--version")]
    [InlineData("--version create id")]
    [InlineData("--help create")]
    [InlineData("create --help")]
    [InlineData("create -h id")]
    [InlineData("features")]
    [InlineData("creates id")]
    [InlineData("Create id")]
    [InlineData("--unknown ps create")]
    public void All_else_passes_through(string commandLine)
    {
        using var arguments = Arguments(commandLine);

        Assert.False(Parse(arguments).SetsUpContainer);
    }

    [Theory]
    [InlineData("--wrap-config /c state id", "state id")]
    [InlineData("--wrap-config=/c state id", "state id")]
    [InlineData("-wrap-config /c --root /r state id", "--root /r state id")]
    [InlineData("--root /r --wrap-config /c state id", "--root /r state id")]
    [InlineData("--hook-config-path /h --runtime-path /r create --bundle /b id", "create --bundle /b id")]
    [InlineData("state --wrap-config /c id", "state --wrap-config /c id")]
    [InlineData("--root --wrap-config state id", "--root --wrap-config state id")]
    [InlineData("exec id --hook-config-path /h", "exec id --hook-config-path /h")]
    public void Own_options_before_the_command_are_taken_out(string commandLine, string rest)
    {
        using var arguments = Arguments(commandLine);
        Invocation invocation = Parse(arguments);
        byte** result = stackalloc byte*[arguments.Count + 1];

        CommandLine.CopyForRuntime(invocation, arguments.Pointer[0], result);

        Assert.Equal(["runc-wrap", .. rest.Split(' ')], NativeStrings.Texts(result));
    }

    [Theory]
    [InlineData("--wrap-config")]
    [InlineData("--wrap-config= create id")]
    [InlineData("--runtime-path")]
    public void An_own_option_without_a_value_is_noticed(string commandLine)
    {
        using var arguments = Arguments(commandLine);

        Assert.True(Parse(arguments).IncompleteOption != null);
    }

    [Fact]
    public void The_log_and_its_format_are_found()
    {
        using var arguments = Arguments("--log /run/log.json --log-format=json create id");

        Invocation invocation = Parse(arguments);

        Assert.Equal("/run/log.json", NativeStrings.Text(invocation.Log));
        Assert.Equal("json", NativeStrings.Text(invocation.LogFormat));
    }

    private static NativeStrings Arguments(string commandLine) =>
        new(["runc-wrap", .. commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

    private static Invocation Parse(NativeStrings arguments) => CommandLine.Parse(arguments.Count, arguments.Pointer, null);
}
