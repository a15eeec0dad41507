using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>Tests what bash offers with the script of <c>hookctl completion</c>.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly HookCtlBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("hookctl lis", "list")]
    [InlineData("hookctl list --js", "--json")]
    [InlineData("hookctl --config x list --js", "--json")]
    [InlineData("hookctl --vers", "--version")]
    [InlineData("hookctl seccomp enf", "enforce")]
    [InlineData("hookctl seccomp enforce web --comp", "--complain")]
    [InlineData("hookctl list sett", "settings.json")]
    [InlineData("hookctl no-such-thing", "")]
    public void Bash_offers_what_can_come_next(string typed, string offered) => Assert.Equal(offered, Offered(typed));

    [Fact]
    public void With_nothing_typed_every_command_is_offered()
    {
        string help = new Command(Repository.HookCtl, "--help").Run().EnsureSuccess().OutputText;
        string[] commands = [.. help[(help.IndexOf("Commands:", StringComparison.Ordinal) + 9)..]
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith("  ", StringComparison.Ordinal) && line[2] != ' ')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0])];

        string[] offered = Offered("hookctl ").Split(' ');

        Assert.NotEmpty(commands);
        Assert.Subset(offered.ToHashSet(), commands.ToHashSet());
    }

    private string Offered(string typed)
    {
        const string Script = """
            hookctl=$1; shift
            source <("$hookctl" completion)
            COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
            _hookctl
            echo "${COMPREPLY[*]}"
            """;
        return new Command("bash", ["-c", Script, "bash", Repository.HookCtl, .. typed.Split(' ').Select(word => (ByteString)word)])
        {
            WorkingDirectory = _bench.Root,
        }.Run().EnsureSuccess().OutputText.Trim();
    }
}
