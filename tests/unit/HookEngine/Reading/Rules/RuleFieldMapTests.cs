using System.Text;
using HookEngine.Model;
using HookEngine.Reading.Rules;

namespace UnitTests.HookEngine.Reading.Rules;

public sealed class RuleFieldMapTests
{
    [Theory]
    [InlineData("""{"stages":["a",@"b"]}""", "stages[1]")]
    [InlineData("""{"STAGES":["a"], "\u0073tages":["a", @"b"]}""", "stages[1]")]
    [InlineData("""{"stages":["a","b"], "stages":@["c"]}""", "stages[1]")]
    [InlineData("""{"hook":{"path":@"a"},"hook":{"args":[]}}""", "hook.path")]
    [InlineData("""{"hook":{},"hook":@{"args":[]}}""", "hook.path")]
    [InlineData("""@{"hook.path":"a"}""", "hook.path")]
    [InlineData("""{"when":{"HASBINDMOUNTS":@1}}""", "when.hasBindMounts")]
    [InlineData("""{"when":{"annotations":{"a.b[0]":@"x","A.B[0]":"y"}}}""", "when.annotations.a.b[0]")]
    [InlineData("""{"when":{"annotations":{"x":"x",@"a.b":"y"}}}""", "when.annotations.a.b (the key)")]
    [InlineData("""{"when":@{"command":["x"]}}""", "when.commands[0]")]
    [InlineData("\n {\"stages\" :\n\t@ 5}", "stages")]
    [InlineData("""{"\u017Ftages":@5}""", "stages")]
    public void A_field_is_found_where_the_parser_reads_it(string text, string field)
    {
        string expected = text.Replace("@ ", " @", StringComparison.Ordinal);
        byte[] json = Encoding.UTF8.GetBytes(text.Replace("@", "", StringComparison.Ordinal));

        Assert.Equal(expected.IndexOf('@', StringComparison.Ordinal), RuleFieldMap.Of(json, is010: false).OffsetOf(field));
    }

    [Fact]
    public void Fields_that_nobody_reads_are_told_with_what_they_stand_in()
    {
        byte[] json = """{"hooks":{"path":1},"when":{"always":true,"x":[{"stages":5}],"annotations":{"y":"x"}},"cmds":null}"""u8.ToArray();

        Assert.Equal(["hooks", "when.x", "cmds"], RuleFieldMap.Of(json, is010: false).Unknown.Select(field => field.Name));
        Assert.Equal(["hooks", "when"], RuleFieldMap.Of(json, is010: true).Unknown.Select(field => field.Name));
    }
}
