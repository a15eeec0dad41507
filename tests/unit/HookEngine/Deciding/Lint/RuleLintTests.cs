using HookEngine.Deciding.Lint;
using HookEngine.Model;
using Linux;

namespace UnitTests.HookEngine.Deciding.Lint;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class RuleLintTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("ocihooks-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("""{"version":"1.0.0","hook":{"path":"/bin/true","timeout":1},"when":{"always":true},"stages":["poststop"]}""")]
    [InlineData("""{"version":"1.0.0","hook":{"path":"/bin/true","timeout":1},"when":{"always":false},"stages":["poststop"]}""")]
    [InlineData("""{"version":"1.0.0","hook":{"path":"/bin/true","timeout":1},"when":{"commands":["^a","b$",""]},"stages":["poststop"]}""")]
    [InlineData("""{"$schema":"x","hook":"/bin/true","cmds":["sh$"],"stages":["poststop"]}""")]
    public void Nothing_is_said_of_a_rule_that_says_what_it_means(string rule) => Assert.Empty(Check(rule));

    [Theory]
    [InlineData("when", """ "when":{}""")]
    [InlineData("when", """ "when":{"commands":[],"annotations":{}}""")]
    [InlineData("when.hasBindMounts", """ "when":{"hasBindMounts":false}""")]
    [InlineData("when.always", """ "when":{"always":false,"commands":["^a$"]}""")]
    [InlineData("when.commands[1]", """ "when":{"commands":["^a$","/bin/sh"]}""")]
    [InlineData("when.annotations.team (the key)", """ "when":{"annotations":{"team":"^a$"}}""")]
    [InlineData("when.annotations.^team$", """ "when":{"annotations":{"^team$":"a"}}""")]
    [InlineData("when.comands", """ "when":{"always":true,"comands":[]}""")]
    public void A_condition_that_is_hardly_meant_is_warned_of(string field, string when)
    {
        Diagnostic warning = Assert.Single(Check(
            $$"""{"version":"1.0.0","hook":{"path":"/bin/true","timeout":1},{{when}},"stages":["poststop"]}"""));

        Assert.Equal((Severity.Warning, field), (warning.Severity, warning.Field));
        Assert.NotNull(warning.Line);
    }

    [Theory]
    [InlineData("nginx", "matches anywhere in a text; write \"^nginx$\"")]
    [InlineData("/a.b", @"and a dot any character; write ""^/a\\.b$""")]
    public void A_plain_word_is_suggested_as_the_pattern_for_just_it(string word, string said) =>
        Assert.Contains(
            said,
            Assert.Single(Check($$"""{"hook":"/bin/true","cmds":["{{word}}"],"stages":["poststop"]}""")).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("stages: is empty", "")]
    [InlineData("stages[1]: \"poststop\" is there already", "\"poststop\",\"poststop\"")]
    [InlineData("stages[0]: \"prestart\" is deprecated", "\"prestart\"")]
    [InlineData("stages[1]: \"createRuntime\" is the same as \"prestart\"", "\"prestart\",\"createRuntime\"")]
    public void Stages_that_never_or_doubly_run_are_warned_of(string said, string stages) => Assert.Contains(
        Check($$"""{"version":"1.0.0","hook":{"path":"/bin/true","timeout":1},"when":{"always":true},"stages":[{{stages}}]}"""),
        warning => warning.ToString().Contains(said, StringComparison.Ordinal));

    [Theory]
    [InlineData("stage", "\"stages\"")]
    [InlineData("Hooks", "\"hook\"")]
    [InlineData("cmd", "\"when.commands\"")]
    [InlineData("staegs", "\"stages\"")]
    [InlineData("hasbindmounts", "\"when.hasBindMounts\"")]
    [InlineData("description", "remove it")]
    [InlineData("id", "remove it")]
    public void An_unknown_field_is_told_with_the_one_that_it_resembles(string field, string said) => Assert.EndsWith(
        said,
        Assert.Single(Check(
            $$"""{"version":"1.0.0","hook":{"path":"/bin/true","timeout":1},"when":{"always":true},"stages":["poststop"],"{{field}}":1}"""))
            .Message.TrimEnd('?'),
        StringComparison.Ordinal);

    [Theory]
    [InlineData(MissingHook.Skip, Severity.Warning)]
    [InlineData(MissingHook.Fail, Severity.Error)]
    public void A_missing_program_is_what_the_settings_make_of_it_and_the_rest_is_checked(MissingHook setting, Severity severity)
    {
        IReadOnlyList<Diagnostic> found = Check(
            """{"version":"1.0.0","hook":{"path":"/no/such","timeout":1},"when":{"commands":["("]},"stages":["poststop"]}""",
            new WrapperSettings { OnMissingHook = setting });

        Assert.Equal([("hook.path", severity), ("when.commands[0]", Severity.Error)], found.Select(one => (one.Field, one.Severity)));
    }

    [Theory]
    [InlineData(0x1ED, "can be", false)]
    [InlineData(0x1A4, "is not executable", true)]
    [InlineData(0x1FD, "can be written by its group;", true)]
    [InlineData(0x1EF, "can be written by everyone;", true)]
    public void A_program_that_cannot_run_or_that_others_may_change_is_warned_of(int mode, string said, bool expected)
    {
        string program = Path.Combine(_root, "hook");
        File.WriteAllText(program, "");
        File.SetUnixFileMode(program, (UnixFileMode)mode);

        Assert.Equal(expected, CheckHook(program).Any(warning => warning.Message.Contains(said, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(0x1FF, 1)]
    [InlineData(0x3FF, 0)]
    public void A_directory_of_everyone_on_the_way_to_a_program_is_warned_of_also_behind_a_link(int mode, int warnings)
    {
        string open = Directory.CreateDirectory(Path.Combine(_root, "open", "inner")).Parent!.FullName;
        File.Copy("/bin/true", Path.Combine(open, "inner", "hook"));
        File.CreateSymbolicLink(Path.Combine(_root, "link"), Path.Combine(open, "inner", "hook"));
        File.SetUnixFileMode(open, (UnixFileMode)mode);

        IReadOnlyList<Diagnostic> found = CheckHook(Path.Combine(_root, "link"));
        Assert.Equal(warnings, found.Count(warning => warning.Message.Contains($" {open} can be written by", StringComparison.Ordinal)));
    }

    [Fact]
    public void Without_a_supervisor_a_missing_timeout_means_none_at_all()
    {
        const string rule = """{"version":"1.0.0","hook":{"path":"/bin/true"},"when":{"always":true},"stages":["poststop"]}""";

        Assert.Contains("the 30 s of hookTimeout apply", Assert.Single(Check(rule)).Message, StringComparison.Ordinal);
        var settings = new WrapperSettings { Supervision = new SupervisionSettings { Stages = [] } };
        Assert.Contains("nothing ends a hook that hangs", Assert.Single(Check(rule, settings)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TrustPolicy.Enforce, Severity.Error)]
    [InlineData(TrustPolicy.Warn, Severity.Warning)]
    [InlineData(TrustPolicy.Off, null)]
    public void How_bad_it_is_that_others_may_change_a_program_is_a_setting(TrustPolicy trust, Severity? severity)
    {
        string program = Path.Combine(_root, "hook");
        File.WriteAllText(program, "");
        File.SetUnixFileMode(program, (UnixFileMode)0x1FF);

        IEnumerable<Diagnostic> found = Check(
            $$"""{"version":"1.0.0","hook":{"path":"{{program}}","timeout":1},"when":{"always":true},"stages":["poststop"]}""",
            new WrapperSettings { Trust = trust });
        Assert.Equal(severity is null ? [] : [severity.Value], found.Select(one => one.Severity));
    }

    private IReadOnlyList<Diagnostic> CheckHook(string program) =>
        Check($$"""{"version":"1.0.0","hook":{"path":"{{program}}","timeout":1},"when":{"always":true},"stages":["poststop"]}""");

    private IReadOnlyList<Diagnostic> Check(string rule, WrapperSettings? settings = null)
    {
        string file = Path.Combine(_root, "a.json");
        File.WriteAllText(file, rule);
        return RuleLint.Check([new FilePath(file)], settings ?? new WrapperSettings()).Diagnostics;
    }
}
