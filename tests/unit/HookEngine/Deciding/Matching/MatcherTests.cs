using HookEngine.Deciding.Matching;
using HookEngine.Model;
using Linux;
using Re2;

namespace UnitTests.HookEngine.Deciding.Matching;

public sealed class MatcherTests
{
    private static readonly ContainerFacts s_container = new(
        [new("team", "web"), new("tier", "front")], HasProcess: true, Command: "/bin/sh", HasBindMounts: true);

    [Theory]
    [InlineData(true, null, null, true)]
    [InlineData(false, null, null, false)]
    [InlineData(null, true, null, true)]
    [InlineData(null, false, null, false)]
    [InlineData(null, null, "sh$", true)]
    [InlineData(null, null, "bash", false)]
    [InlineData(null, null, null, false)]
    [InlineData(true, true, "sh$", true)]
    [InlineData(true, false, "sh$", false)]
    [InlineData(false, true, "sh$", false)]
    [InlineData(true, true, "bash", false)]
    public void In_format_1_0_0_all_conditions_must_hold(bool? always, bool? bindMounts, string? command, bool matched) =>
        Assert.Equal(matched, Match(false, always, bindMounts, command).Matched);

    [Theory]
    [InlineData(false, "bash", false)]
    [InlineData(true, "bash", true)]
    [InlineData(false, "sh", true)]
    [InlineData(null, null, false)]
    public void In_format_0_1_0_one_is_enough(bool? bindMounts, string? command, bool matched) =>
        Assert.Equal(matched, Match(true, null, bindMounts, command).Matched);

    [Fact]
    public void Each_condition_tells_what_it_was_held_against()
    {
        RuleMatch match = Matcher.Match(Rule(new Conditions(
            false, true, true, [new AnnotationPattern(Pattern("^team$"), Pattern("^w"))], [Pattern("^/bin/bash$"), Pattern("zsh")])), s_container);

        Assert.Equal(
            [
                new ConditionResult("when.always", "true", null, true),
                new ConditionResult("when.hasBindMounts", "true", "true", true),
                new ConditionResult("when.annotations.^team$", "^w", "team=web", true),
                new ConditionResult("when.commands", "^/bin/bash$ or zsh", "/bin/sh", false),
            ],
            match.Conditions);
        Assert.False(match.Matched);
    }

    [Theory]
    [InlineData(false, false, "when.hasBindMounts=true when.annotations.^team$=^w when.commands=bash or sh")]
    [InlineData(true, false, "")]
    [InlineData(true, true, "when.hasBindMounts=true when.annotations.^team$=^w when.commands=bash or sh")]
    public void What_comes_after_the_deciding_condition_is_not_looked_at(bool always, bool anySuffices, string expected)
    {
        var when = new Conditions(
            anySuffices, always, true, [new AnnotationPattern(Pattern("^team$"), Pattern("^w"))], [Pattern("bash"), Pattern("sh")]);
        RuleMatch match = Matcher.Match(Rule(when), s_container);

        Assert.Equal(expected, string.Join(' ', Matcher.NotLookedAt(match).Select(passed => $"{passed.Field}={passed.Wanted}")));
    }

    [Fact]
    public void Commands_are_not_looked_at_where_there_is_no_process()
    {
        Rule rule = Rule(new Conditions(false, true, null, [], [Pattern("sh")]));

        RuleMatch match = Matcher.Match(rule, s_container with { Command = null, HasProcess = false });

        Assert.True(match.Matched);
        Assert.Equal([new PassedCondition("when.commands", "sh")], Matcher.NotLookedAt(match));
    }

    [Fact]
    public void An_annotation_that_nothing_has_is_held_against_nothing()
    {
        RuleMatch match = Matcher.Match(
            Rule(new Conditions(false, null, null, [new AnnotationPattern(Pattern("nosuch"), Pattern("."))], [])), s_container);

        Assert.Equal(new ConditionResult("when.annotations.nosuch", ".", null, false), Assert.Single(match.Conditions));
    }

    [Fact]
    public void A_command_that_is_asked_for_and_not_there_cannot_be_answered()
    {
        Rule rule = Rule(new Conditions(false, null, null, [], [Pattern("sh")]));

        Assert.NotNull(Matcher.Match(rule, s_container with { Command = null }).Error);
        RuleMatch withoutProcess = Matcher.Match(rule, s_container with { Command = null, HasProcess = false });
        Assert.Null(withoutProcess.Error);
        Assert.False(withoutProcess.Matched);
    }

    private static RuleMatch Match(bool anySuffices, bool? always, bool? bindMounts, string? command) => Matcher.Match(
        Rule(new Conditions(anySuffices, always, bindMounts, [], command is null ? [] : [Pattern(command)])), s_container);

    private static Rule Rule(Conditions when) => new(
        "a.json", new FilePath("/d/a.json"), "1.0.0", new Hook("/h", null, null, null), [HookStage.Poststop], when);

    private static Re2Pattern Pattern(string text) => Re2Pattern.Parse(text, out _)!;
}
