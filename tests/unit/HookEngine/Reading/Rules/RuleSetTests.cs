using HookEngine.Model;
using HookEngine.Reading.Rules;
using Linux;

namespace UnitTests.HookEngine.Reading.Rules;

public sealed class RuleSetTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("ocihooks-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void A_later_directory_masks_and_both_rules_are_told()
    {
        Write("low", "a.json", Rule("/bin/true"));
        Write("high", "a.json", Rule("/bin/sh"));

        RuleSet rules = Load("low", "high");

        Assert.Equal("/bin/sh", Assert.Single(rules.Rules).Hook?.Path);
        MaskedRule masked = Assert.Single(rules.Masked);
        Assert.Equal(("/bin/true", "/bin/sh"), (masked.Rule.Hook?.Path, masked.By.Hook?.Path));
        Assert.False(rules.HasErrors);
    }

    [Fact]
    public void Rules_are_ordered_by_name_in_lower_case_and_by_code_point()
    {
        foreach (string name in new[] { "b.json", "A.json", "\uFFFD.json", "😀.json", "a-.json", "Z.json" })
        {
            Write("d", name, Rule("/bin/true"));
        }

        Assert.Equal(["a-.json", "A.json", "b.json", "Z.json", "\uFFFD.json", "😀.json"], Load("d").Rules.Select(rule => rule.Name));
    }

    [Theory]
    [InlineData("h.json", "\u0130.json", "j.json")]
    [InlineData("j.json", "\u212A.json", "l.json")]
    [InlineData("\u00E3.json", "\u00C4.json", "\u00E5.json")]
    public void Lower_case_is_what_Go_takes_for_it(params string[] names)
    {
        foreach (string name in names)
        {
            Write("d", name, Rule("/bin/true"));
        }

        Assert.Equal(names, Load("d").Rules.Select(rule => rule.Name));
    }

    /// <summary>As in Go, the last of equal keys counts, in upper or lower case. A null leaves the earlier value.</summary>
    [Theory]
    [InlineData(""" "version":"1.0.0","version":"0.1.0" """, "0.1.0")]
    [InlineData(""" "version":"0.1.0","version":"1.0.0" """, "1.0.0")]
    [InlineData(""" "version":"1.0.0","VERSION":"0.1.0" """, "0.1.0")]
    [InlineData(""" "version":"1.0.0","version":null """, "1.0.0")]
    [InlineData(""" "version":"","ver\u0073ion":"1.0.0" """, "1.0.0")]
    [InlineData(""" "x":{"version":"0.1.0"},"Ver\u017fion":"1.0.0" """, "1.0.0")]
    [InlineData(""" "version":"1.0.0","x":{"version":"0.1.0"} """, "1.0.0")]
    [InlineData(""" "x":1 """, "0.1.0")]
    public void The_version_is_the_last_that_the_text_says(string versions, string version)
    {
        const string hook100 = """ "hook":{"path":"/bin/true"},"when":{"always":true} """;
        Write("d", "a.json", $$"""{{{versions}},{{(version == "1.0.0" ? hook100 : "\"hook\":\"/bin/true\"")}},"stages":["poststop"]}""");

        RuleSet rules = Load("d");

        Assert.Equal([], rules.Diagnostics);
        Assert.Equal(version, Assert.Single(rules.Rules).Version);
    }

    [Fact]
    public void What_follows_another_version_is_read_by_that_one_alone()
    {
        Write("d", "a.json", """{"version":"1.0.0","hook":5,"when":7,"stages":["poststop"],"version":"0.1.0"}""");

        Assert.Equal(["hook"], Load("d").Diagnostics.Select(problem => problem.Field));
    }

    [Fact]
    public void Everything_wrong_with_every_file_is_told_with_file_field_and_place()
    {
        Write("d", "1.json", "{\n  oops\n}");
        Write("d", "2.json", """{"version":"1.0.0","hook":{"path":5},"stages":"x","when":{"always":1}}""");
        Write("d", "3.json", """{"version":"1.0.0","hook":{},"stages":["prestart","nosuch"],"when":{"commands":["(","a**"],"annotations":{"[":"b"}}}""");
        Write("d", "4.json", """{"version":"2.0.0"}""");
        Write("d", "5.json", """{"version":"1.0.0","hook":{"path":"/bin/true"}}""");
        Write("d", "6.json", """{"hook":"/bin/true","stage":[],"stages":[],"cmd":[],"cmds":[]}""");

        RuleSet rules = Load("d");

        Assert.True(rules.HasErrors);
        string[] found = [.. rules.Diagnostics.Select(problem => problem.ToString()[(_root.Length + 3)..])];
        string[] expected =
        [
            "1.json:2:3: is not valid JSON",
            "2.json:1:35: hook.path: is a number",
            "2.json:1:47: stages: is a string",
            "2.json:1:68: when.always: is a number",
            "3.json:1:27: hook.path: is missing",
            "3.json:1:107: when.annotations.[ (the key): is not a regular expression: missing closing ]: `[`",
            "3.json:1:81: when.commands[0]: is not a regular expression: missing closing ): `(`",
            "3.json:1:85: when.commands[1]: is not a regular expression: invalid nested repetition operator: `**`",
            "3.json:1:51: stages[1]: \"nosuch\" is no stage",
            "4.json:1:12: version: is \"2.0.0\"",
            "5.json:1:1: stages: is missing",
            "6.json:1:29: stage: stands beside stages",
            "6.json:1:50: cmd: stands beside cmds",
        ];
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
    }

    [Fact]
    public void A_missing_hook_leaves_its_rule_out_or_refuses_all_as_it_is_set()
    {
        Write("d", "a.json", Rule("/nonexistent/hook"));
        Write("d", "b.json", Rule("/bin/true"));

        RuleSet skipping = Load("d");
        RuleSet failing = RuleSet.Load([new FilePath(Path.Combine(_root, "d"))], MissingHook.Fail);

        Assert.Equal("b.json", Assert.Single(skipping.Rules).Name);
        Assert.Equal("/nonexistent/hook", Assert.Single(skipping.Skipped).HookPath);
        Assert.False(skipping.HasErrors);
        Assert.Contains("/nonexistent/hook", Assert.Single(failing.Diagnostics).Message, StringComparison.Ordinal);
        Assert.True(failing.HasErrors);
    }

    private static string Rule(string path) =>
        $$"""{"version":"1.0.0","hook":{"path":"{{path}}"},"when":{"always":true},"stages":["prestart"]}""";

    private RuleSet Load(params string[] directories) =>
        RuleSet.Load(directories.Select(name => new FilePath(Path.Combine(_root, name))));

    private void Write(string directory, string name, string text) =>
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(_root, directory)).FullName, name), text);
}
