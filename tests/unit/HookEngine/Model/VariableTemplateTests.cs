using HookEngine.Model;

namespace UnitTests.HookEngine.Model;

public sealed class VariableTemplateTests
{
    private static ContainerIdentity Container => new()
    {
        Engine = Fact.Of("docker"),
        Id = "c1",
        Bundle = "/run/c1",
        Labels = new Dictionary<string, string> { ["team"] = "{{id}} $(x)", ["empty"] = "" },
        Image = Fact.NotHad("/images.json: is larger than allowed"),
        Container = Fact.Partly("/more.json: cannot be read", ["web"]),
        Detail = new ContainerDetail { RootPath = "rootfs", Annotations = [new("a|b", "no"), new("a", "yes")] },
    };

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("{id} } }}")]
    public void A_text_without_braces_is_no_template(string value)
    {
        Assert.Null(VariableTemplate.Parse("V", value, out string? problem));
        Assert.Null(problem);
    }

    [Theory]
    [InlineData("{{id}}{{id}}", "c1c1")]
    [InlineData("{{{{{id}}", "{{{id}}")]
    [InlineData("{{{{{{id}}", "{{c1")]
    [InlineData("{{label:team}}", "{{id}} $(x)")]
    [InlineData("{{label:empty|x}}", "")]
    [InlineData("{{label:no|{{id}}", "{{id")]
    [InlineData("{{annotation:a|b}}", "yes")]
    [InlineData("{{rootfs}}", "/run/c1/rootfs")]
    [InlineData("{{pod|}}.", ".")]
    [InlineData("at {{stage}}", "at precreate")]
    [InlineData("{{stage|x}}", "precreate")]
    public void Places_are_filled(string value, string expected) =>
        Assert.Equal(expected, VariableTemplate.Parse("V", value, out _)!.Expand(Container, HookStage.Precreate, out _));

    [Theory]
    [InlineData("{{", "has {{ without }}")]
    [InlineData("{{id", "has {{ without }}")]
    [InlineData("{{id}", "has {{ without }}")]
    [InlineData("{{}}", "which is nothing known; use pid, stage, id")]
    [InlineData("{{ id }}", "which is nothing known")]
    [InlineData("{{Id}}", "which is nothing known")]
    [InlineData("{{label:}}", "which is nothing known")]
    [InlineData("{{{id}}}", "which is nothing known")]
    [InlineData(" {{pid}}", "nothing else")]
    [InlineData("{{pid|}}", "nothing else")]
    public void What_cannot_be_read_is_told(string value, string told)
    {
        Assert.Null(VariableTemplate.Parse("V", value, out string? problem));
        Assert.Contains(told, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{image}}", true)]
    [InlineData("{{name}}", true)]
    [InlineData("{{label:x|}}", true)]
    [InlineData("{{id}}{{bundle}}{{pod|}}", false)]
    [InlineData("{{pid}}", false)]
    public void It_is_known_which_ask_the_engine(string value, bool expected)
    {
        var questions = new RequestedFacts();
        VariableTemplate.Parse("V", value, out _)!.Ask(questions);

        Assert.Equal(expected, questions.Any);
    }

    [Theory]
    [InlineData("{{image}}", "{{image}} cannot be told: /images.json: is larger than allowed")]
    [InlineData("{{image|none}}", "{{image}} cannot be told: /images.json: is larger than allowed")]
    [InlineData("{{pod}}", "{{pod}}: this container has none, or its engine does not tell it; give a default, such as {{pod|unknown}}")]
    [InlineData("{{name}}", null)]
    public void A_default_is_for_what_is_absent_and_not_for_what_is_unknown(string value, string? told)
    {
        string? text = VariableTemplate.Parse("V", value, out _)!.Expand(Container, HookStage.Poststop, out string? problem);

        Assert.Equal((told, told is null ? "web" : null), (problem, text));
    }
}
