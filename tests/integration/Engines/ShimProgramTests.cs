using System.Text;
using IntegrationTests.Fixture;
using IntegrationTests.Wrapper;

namespace IntegrationTests.Engines;

/// <summary>Tests containerd-shim-hooked-v1 in front of a recorder that replaces containerd's shim, without an engine.</summary>
public sealed class ShimProgramTests : IAsyncLifetime
{
    private const string Real = "containerd-shim-runc-v2";

    private readonly string _root = Directory.CreateTempSubdirectory("ocihooks-").FullName;
    private readonly string _records;
    private readonly string _elsewhere;

    /// <summary>A directory for PATH that has only what the program itself needs.</summary>
    private readonly string _tools;

    public ShimProgramTests()
    {
        _records = Directory.CreateDirectory(Path.Combine(_root, "records")).FullName;
        _elsewhere = Directory.CreateDirectory(Path.Combine(_root, "elsewhere")).FullName;
        _tools = Directory.CreateDirectory(Path.Combine(_root, "tools")).FullName;
        _ = File.CreateSymbolicLink(Path.Combine(_tools, "readlink"), "/usr/bin/readlink");
    }

    public async ValueTask InitializeAsync() => _ = await Installation.MakeAsync(Path.Combine(_root, "usr"));

    private string Programs => Path.Combine(_root, "usr/bin");

    private string UsualPath => $"{_elsewhere}:{_tools}";

    private string ShimDirectory => Path.Combine(_root, "usr/lib/ocihooks/shim");

    private IEnumerable<RecordedCall> Calls => RecordedCall.In(_records);

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("-namespace", "moby", "-id", "c1", "-address", "/run/containerd/containerd.sock", "start")]
    [InlineData("-namespace", "a b", "-id", "*", "-bundle", "", "delete")]
    [InlineData("-info")]
    [InlineData("-v")]
    [InlineData]
    public void It_becomes_the_real_shim_with_the_same_arguments(params string[] arguments)
    {
        LinkReal(_elsewhere);

        Run(UsualPath, arguments).AssertSilentSuccess();

        Assert.Equal([$"{_elsewhere}/{Real}", .. arguments], Assert.Single(Calls).Arguments);
    }

    [Fact]
    public void The_environment_is_the_same_but_for_the_first_directory_in_PATH()
    {
        LinkReal(_elsewhere);

        Run(UsualPath, "start").AssertSilentSuccess();

        string[] environment = Encoding.UTF8.GetString(Assert.Single(Calls).EnvironmentBytes).Split('\0')[..^1];
        Assert.Equal(
            new[] { $"PATH={ShimDirectory}:{UsualPath}", $"RECORDER_DIR={_records}", "TTRPC_ADDRESS=/a b" }.Order(StringComparer.Ordinal),
            environment.Where(entry => !entry.StartsWith("_=", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_first_runc_in_PATH_is_the_wrapper()
    {
        string found = new FileInfo(Path.Combine(ShimDirectory, "runc")).ResolveLinkTarget(returnFinalTarget: true)!.FullName;

        Assert.Equal(Path.Combine(Programs, "runc-wrap"), found);
    }

    [Fact]
    public void It_may_be_called_by_a_link()
    {
        LinkReal(_elsewhere);
        string link = Path.Combine(_root, "link");
        _ = File.CreateSymbolicLink(link, Program(Programs));

        RunProgram(link, UsualPath, "start").AssertSilentSuccess();

        _ = Assert.Single(Calls);
    }

    [Fact]
    public void A_shim_beside_the_daemon_that_calls_is_found_without_PATH()
    {
        // This shell is the calling daemon.
        string daemon = Executable.Copy("/bin/sh", Path.Combine(_elsewhere, "daemon"));
        LinkReal(_elsewhere);

        new Command(daemon, "-c", $"{Program(Programs)} start; exit $?")
        {
            Environment = [$"PATH={_tools}", $"RECORDER_DIR={_records}"],
        }.Run().AssertSilentSuccess();

        Assert.Equal([$"{_elsewhere}/{Real}", "start"], Assert.Single(Calls).Arguments);
    }

    [Fact]
    public void Without_a_real_shim_it_says_where_it_looked()
    {
        CommandResult result = Run(_tools, "start");

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith(
            $"containerd-shim-hooked-v1: {Real} is neither in PATH ({_tools}) nor beside /", result.ErrorText, StringComparison.Ordinal);
        Assert.EndsWith("; install containerd's shim for runc\n", result.ErrorText, StringComparison.Ordinal);
    }

    /// <summary>The working directory is the bundle.</summary>
    [Theory]
    [InlineData(":")]
    [InlineData(".")]
    public void The_working_directory_is_not_searched(string entry)
    {
        LinkReal(_root);

        Assert.Equal(1, Run($"{entry}:{_tools}", "start").ExitCode);
        Assert.Empty(Calls);
    }

    [Fact]
    public void Without_the_wrapper_nothing_is_started()
    {
        LinkReal(_elsewhere);
        File.Delete(Path.Combine(Programs, "runc-wrap"));

        CommandResult result = Run(UsualPath, "-id", "c1", "start");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal(
            $"containerd-shim-hooked-v1: {ShimDirectory}/runc is not there or leads nowhere; install OciHooks again\n", result.ErrorText);
        Assert.Empty(Calls);
    }

    [Fact]
    public void Without_the_wrapper_what_runs_is_still_cleaned_up()
    {
        LinkReal(_elsewhere);
        Directory.Delete(ShimDirectory, recursive: true);

        Run(UsualPath, "-id", "c1", "delete").AssertSilentSuccess();

        _ = Assert.Single(Calls);
    }

    [Fact]
    public void Under_the_real_shims_name_it_does_not_call_itself_for_ever()
    {
        _ = File.CreateSymbolicLink(Path.Combine(_elsewhere, Real), Program(Programs));

        CommandResult result = Run(UsualPath, "start");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("is this program itself", result.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Needs", "root")]
    public async Task Uninstalling_leaves_nothing_of_it()
    {
        // Uninstalling ends the machine's recordings.
        _ = (await PrivateBpf.RunAsync("", "make", "--directory", Repository.Root, "uninstall", $"PREFIX={_root}/usr")).EnsureSuccess();

        Assert.False(File.Exists(Program(Programs)));
        Assert.False(Directory.Exists(Path.Combine(_root, "usr/lib/ocihooks")));
    }

    private static string Program(string directory) => Path.Combine(directory, "containerd-shim-hooked-v1");

    private static void LinkReal(string directory) => File.CreateSymbolicLink(Path.Combine(directory, Real), Probes.Recorder);

    private CommandResult Run(string path, params string[] arguments) => RunProgram(Program(Programs), path, arguments);

    /// <summary>Uses <see cref="Command"/>, because the test compares what the program passes on byte by byte.</summary>
    private CommandResult RunProgram(string program, string path, params string[] arguments) =>
        new Command(program, arguments.Select(argument => (ByteString)argument))
        {
            WorkingDirectory = _root,
            Environment = [$"PATH={path}", $"RECORDER_DIR={_records}", "TTRPC_ADDRESS=/a b"],
        }.Run();
}
