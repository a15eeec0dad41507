using HookEngine.Deciding.Matching;
using HookEngine.Model;
using HookEngine.Reading.Rules;
using Linux;

namespace UnitTests.HookEngine.Reading.Rules;

public sealed class RuleFormatOwnTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("ocihooks-").FullName;

    private static ContainerIdentity Container => new()
    {
        Engine = Fact.Of("docker"),
        Id = "c1",
        Image = Fact.Of(["docker.io/library/nginx:1.25", "ghcr.io/acme/web@sha256:aa"]),
        ImageDigest = Fact.Of(["sha256:aa", "sha256:bb"]),
        Labels = new Dictionary<string, string> { ["team"] = "web", ["tier"] = "front" },
        Container = Fact.Of("web1"),
        UserName = Fact.Of("nobody"),
        Detail = new ContainerDetail
        {
            Annotations = [new("note", "x y")],
            Args = ["/usr/sbin/nginx", "-g", "daemon off;"],
            Env = ["PATH=/bin", "MODE=test", "MODE=prod"],
            UserId = 101,
            GroupId = 102,
            Hostname = "web",
            Mounts = [new("/etc/hosts", "/x/hosts", true), new("/data", "/srv/data", true), new("/proc", "proc", false)],
        },
    };

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("""{"always":true}""", true)]
    [InlineData("""{"always":false}""", false)]
    [InlineData("""{"image":"nginx:*"}""", true)]
    [InlineData("""{"image":"nginx"}""", false)]
    [InlineData("""{"image":"ghcr.io/acme/web:*"}""", true)]
    [InlineData("""{"image":"ghcr.io/acme/we:*"}""", false)]
    [InlineData("""{"image":["nginx","nginx:1.25"]}""", true)]
    [InlineData("""{"image":{"re2":"/nginx:1\\.[0-9]+$"}}""", true)]
    [InlineData("""{"image":"*"}""", true)]
    [InlineData("""{"imageDigest":"sha256:bb"}""", true)]
    [InlineData("""{"imageDigest":"sha256:cc"}""", false)]
    [InlineData("""{"labels":{"team":"web","tier":"f*"}}""", true)]
    [InlineData("""{"labels":{"team":"web","tier":"b*"}}""", false)]
    [InlineData("""{"labels":{"missing":"*"}}""", false)]
    [InlineData("""{"annotations":{"note":"x*"}}""", true)]
    [InlineData("""{"env":{"MODE":"prod"}}""", true)]
    [InlineData("""{"env":{"MODE":"test"}}""", false)]
    [InlineData("""{"env":{"MOD":"*"}}""", false)]
    [InlineData("""{"engine":"docker"}""", true)]
    [InlineData("""{"engine":["podman","cri*"]}""", false)]
    [InlineData("""{"container":"web?"}""", true)]
    [InlineData("""{"user":"101"}""", true)]
    [InlineData("""{"user":"101:102"}""", true)]
    [InlineData("""{"user":"nobody"}""", true)]
    [InlineData("""{"user":"0"}""", false)]
    [InlineData("""{"hostname":"web"}""", true)]
    [InlineData("""{"network":"host"}""", true)]
    [InlineData("""{"namespace":"*"}""", false)]
    [InlineData("""{"not":{"namespace":"*"}}""", true)]
    [InlineData("""{"commands":"*/nginx"}""", true)]
    [InlineData("""{"commandLine":"*daemon off;"}""", true)]
    [InlineData("""{"privileged":true}""", false)]
    [InlineData("""{"privileged":false}""", true)]
    [InlineData("""{"bindMounts":true}""", true)]
    [InlineData("""{"bindMounts":false}""", false)]
    [InlineData("""{"mounts":{"destination":"/data"}}""", true)]
    [InlineData("""{"mounts":{"destination":"/data","source":"/other/*"}}""", false)]
    [InlineData("""{"mounts":[{"source":"/none"},{"source":"/srv/*"}]}""", true)]
    [InlineData("""{"image":"nginx:*","labels":{"team":"db"}}""", false)]
    [InlineData("""{"any":[{"image":"redis"},{"labels":{"team":"web"}}]}""", true)]
    [InlineData("""{"any":[{"image":"redis"},{"labels":{"team":"db"}}]}""", false)]
    [InlineData("""{"all":[{"image":"nginx:*"},{"not":{"any":[{"engine":"podman"},{"privileged":true}]}}]}""", true)]
    public void Conditions_hold_or_not(string when, bool matches) => Assert.Equal(matches, Match(when).Matched);

    [Fact]
    public void Each_condition_that_was_looked_at_is_told_and_the_others_as_passed_over()
    {
        RuleMatch match = Match("""{"any":[{"image":"redis"},{"labels":{"team":"web"}},{"privileged":true}],"namespace":"x","engine":"docker"}""");

        Assert.Equal(
            [
                new ConditionResult("when.any[0].image", "docker.io/library/redis:latest", "docker.io/library/nginx:1.25 or ghcr.io/acme/web@sha256:aa", false),
                new ConditionResult("when.any[1].labels.team", "web", "web", true),
                new ConditionResult("when.namespace", "x", null, false) { NotProvidedBy = "docker" },
            ],
            match.Conditions);
        Assert.Equal(
            [new PassedCondition("when.any[2].privileged", "true"), new PassedCondition("when.engine", "docker")],
            Matcher.NotLookedAt(match));
    }

    [Theory]
    [InlineData("""{"colour":"red"}""", "when.colour: is no field of this format; use always, all, any")]
    [InlineData("""{"imgae":"nginx"}""", "when.imgae: is no field of this format; did you mean \"image\"?")]
    [InlineData("""{"Image":"nginx"}""", "when.Image: is no field of this format; did you mean \"image\"?")]
    [InlineData("""{"image":5}""", "when.image: is a number; it must be a string")]
    [InlineData("""{"image":null}""", "when.image: is null; it must be a string")]
    [InlineData("""{"image":[]}""", "when.image: is empty")]
    [InlineData("""{"image":["[a"]}""", "when.image[0]: has a [ without its ]")]
    [InlineData("""{"image":{"re2":"("}}""", "when.image.re2: is not a regular expression")]
    [InlineData("""{"image":{"glob":"x"}}""", "when.image.glob: is no field of this format")]
    [InlineData("""{"image":"a","image":"b"}""", "when.image: stands there twice")]
    [InlineData("""{"labels":{}}""", "when.labels: is empty")]
    [InlineData("""{"labels":"team=web"}""", "when.labels: is a string; it must be an object")]
    [InlineData("""{"engine":"dokcer"}""", "when.engine: \"dokcer\" matches none of docker, containerd")]
    [InlineData("""{"containerType":"pod"}""", "when.containerType: \"pod\" matches none of container, sandbox")]
    [InlineData("""{"any":[]}""", "when.any: is empty")]
    [InlineData("""{"any":[{}]}""", "when.any[0]: has no condition")]
    [InlineData("""{"not":{"not":{}}}""", "when.not.not: has no condition")]
    [InlineData("""{"mounts":{"target":"/x"}}""", "when.mounts.target: is no field of this format")]
    [InlineData("""{"mounts":{}}""", "when.mounts: has no condition")]
    [InlineData("""{"always":"yes"}""", "when.always: is a string; it must be true or false")]
    [InlineData("{}", "when: has no condition")]
    [InlineData("[]", "when: is an array; it must be an object")]
    public void What_is_wrong_with_conditions_is_told_with_field_and_place(string when, string problem)
    {
        RuleSet rules = Load(Text(when));

        Diagnostic diagnostic = rules.Diagnostics[0];
        Assert.StartsWith(problem, $"{diagnostic.Field}: {diagnostic.Message}", StringComparison.Ordinal);
        Assert.NotNull(diagnostic.Line);
        Assert.Empty(rules.Rules);
    }

    [Theory]
    [InlineData("\"extra\":1", "extra: is no field of this format")]
    [InlineData("\"Order\":1", "Order: is no field of this format; did you mean \"order\"?")]
    [InlineData("\"order\":1.5", "order: is a number; it must be a whole number")]
    [InlineData("\"prepend\":1", "prepend: is a number; it must be true or false")]
    [InlineData("\"hook\":{\"path\":\"/bin/true\"}", "hook: stands there twice")]
    public void What_is_wrong_with_other_fields_is_told(string field, string problem)
    {
        Diagnostic diagnostic = Load(Text("""{"always":true}""", field)).Diagnostics[0];

        Assert.StartsWith(problem, $"{diagnostic.Field}: {diagnostic.Message}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"version":"ocihooks/1"}""", "when: is missing|hook: is missing|stages: is missing")]
    [InlineData("""{"version":"ocihooks/1","when":{"always":true},"hook":{},"stages":[]}""", "hook: has no path|stages: is empty")]
    [InlineData("""{"version":"ocihooks/1","when":{"always":true},"hook":{"path":"true"},"stages":["poststop"]}""",
        "hook.path: \"true\" is not absolute")]
    [InlineData("""{"version":"ocihooks/1","when":{"always":true},"hook":{"path":"/bin/true","timeout":0},"stages":["poststop"]}""",
        "hook.timeout: is not above 0")]
    [InlineData("""{"version":"ocihooks/1","when":{"always":true},"hook":{"path":"/bin/true","env":{"A=B":"c"}},"stages":["poststop"]}""",
        "hook.env.A=B: is no variable's name")]
    [InlineData("""{"version":"ocihooks/1","when":{"always":true},"hook":{"path":"/bin/true"},"stages":["prestart","poststop","poststop"]}""",
        "stages[0]: \"prestart\" is no stage|stages[2]: \"poststop\" is there twice")]
    [InlineData("""{"version":"ocihooks/1","when":{"always":true},"hook":{"path":"/bin/true"},"stages":["poststop"],"onConflict":"keep"}""",
        "onConflict: is about edits")]
    [InlineData("""{"version":"ocihooks/2"}""", "version: is \"ocihooks/2\"; it must be \"ocihooks/1\"")]
    public void What_is_missing_or_cannot_be_is_told(string text, string problems)
    {
        string[] told = [.. Load(text).Diagnostics.Select(problem => $"{problem.Field}: {problem.Message}")];

        string[] expected = problems.Split('|');
        Assert.Equal(expected, told.Select((problem, i) => problem[..Math.Min(problem.Length, i < expected.Length ? expected[i].Length : 0)]));
    }

    [Fact]
    public void Order_goes_before_names_and_the_older_formats_have_order_0()
    {
        Write("a.json", Text("""{"always":true}""", "\"order\":5"));
        Write("b.json", """{"version":"1.0.0","hook":{"path":"/bin/true"},"when":{"always":true},"stages":["poststop"]}""");
        Write("c.json", Text("""{"always":true}"""));
        Write("d.json", Text("""{"always":true}""", "\"order\":-1"));

        Assert.Equal(["d.json", "b.json", "c.json", "a.json"], RuleSet.Load([new FilePath(_root)]).Rules.Select(rule => rule.Name));
    }

    private RuleMatch Match(string when)
    {
        RuleSet rules = Load(Text(when));
        Assert.Empty(rules.Diagnostics);
        return Matcher.Match(Assert.Single(rules.Rules), new ContainerFacts([], true, null, false) { Identity = Container });
    }

    private RuleSet Load(string text)
    {
        Write("a.json", text);
        return RuleSet.Load([new FilePath(_root)]);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_root, name), text);

    private static string Text(string when, string? more = null) =>
        $$"""{"version":"ocihooks/1","when":{{when}},"hook":{"path":"/bin/true"},"stages":["createRuntime"]{{(more is null ? "" : "," + more)}}}""";
}
