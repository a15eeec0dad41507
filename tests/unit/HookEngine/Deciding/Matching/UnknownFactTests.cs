using HookEngine.Deciding.Matching;
using HookEngine.Model;
using HookEngine.Reading.Rules;
using Linux;

namespace UnitTests.HookEngine.Deciding.Matching;

/// <summary>Conditions on a container whose image is unknown, whose labels are absent, and whose other properties are known.</summary>
public sealed class UnknownFactTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("ocihooks-").FullName;

    private static ContainerIdentity Container => new()
    {
        Engine = Fact.Of("podman"),
        Image = Fact.Partly("/images.json: cannot be read; try again", ["docker.io/library/web:1"]),
        Container = Fact.NotHad("/containers.json: cannot be read; try again"),
        Detail = new ContainerDetail { Hostname = "front", UserId = 7 },
    };

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("""{"image":"web:1"}""", true)]
    [InlineData("""{"image":"web:2"}""", null)]
    [InlineData("""{"container":"*"}""", null)]
    [InlineData("""{"labels":{"team":"*"}}""", false)]
    [InlineData("""{"not":{"image":"web:1"}}""", false)]
    [InlineData("""{"not":{"image":"web:2"}}""", null)]
    [InlineData("""{"not":{"not":{"image":"web:2"}}}""", null)]
    [InlineData("""{"not":{"labels":{"team":"*"}}}""", true)]
    [InlineData("""{"image":"web:2","hostname":"front"}""", null)]
    [InlineData("""{"image":"web:2","hostname":"back"}""", false)]
    [InlineData("""{"hostname":"back","image":"web:2"}""", false)]
    [InlineData("""{"any":[{"image":"web:2"},{"hostname":"front"}]}""", true)]
    [InlineData("""{"any":[{"image":"web:2"},{"hostname":"back"}]}""", null)]
    [InlineData("""{"not":{"all":[{"image":"web:2"},{"hostname":"back"}]}}""", true)]
    [InlineData("""{"all":[{"any":[{"container":"a"},{"hostname":"front"}]},{"image":"web:2"}]}""", null)]
    [InlineData("""{"all":[{"container":"a"},{"labels":{"team":"web"}}]}""", false)]
    public void A_condition_on_what_is_unknown_leaves_open_what_others_do_not_decide(string when, bool? expected)
    {
        RuleMatch match = Match(when);

        Assert.Equal(expected, match.Error is null ? match.Matched : null);
        Assert.False(match is { Error: not null, Matched: true });
    }

    [Theory]
    [InlineData("""{"container":"a"}""", "when.container cannot be told: /containers.json: cannot be read; try again")]
    [InlineData(
        """{"all":[{"any":[{"container":"a"},{"hostname":"front"}]},{"image":"web:2"}]}""",
        "when.all[1].image cannot be told: /images.json: cannot be read; try again")]
    public void What_leaves_it_open_is_told(string when, string told) => Assert.Equal(told, Match(when).Error);

    [Fact]
    public void What_is_absent_is_told_from_what_is_unknown()
    {
        RuleMatch match = Match("""{"any":[{"image":"web:2"},{"labels":{"team":"web"}},{"annotations":{"note":"x"}}]}""");

        Assert.Equal(
            [
                new ConditionResult("when.any[0].image", "docker.io/library/web:2", "docker.io/library/web:1", false)
                {
                    Unknown = "/images.json: cannot be read; try again",
                },
                new ConditionResult("when.any[1].labels.team", "web", null, false) { NotProvidedBy = "podman" },
                new ConditionResult("when.any[2].annotations.note", "x", null, false),
            ],
            match.Conditions);
    }

    private RuleMatch Match(string when)
    {
        File.WriteAllText(
            Path.Combine(_root, "a.json"), $$$"""{"version":"ocihooks/1","when":{{{when}}},"hook":{"path":"/bin/true"},"stages":["poststop"]}""");
        RuleSet rules = RuleSet.Load([new FilePath(_root)], MissingHook.Skip, TrustPolicy.Off);
        Assert.Empty(rules.Diagnostics);
        return Matcher.Match(Assert.Single(rules.Rules), new ContainerFacts([], true, null, false) { Identity = Container });
    }
}
