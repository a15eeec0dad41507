using System.Text;
using HookEngine.Changing.Injection;
using HookEngine.Model;
using HookEngine.Reading.Bundles;

namespace UnitTests.HookEngine.Changing.Injection;

public sealed class HookInjectionTests
{
    private static readonly Hook s_hook = new("/h", null, null, null);

    [Theory]
    [InlineData("""{"a":1}""", """{"a":1,"hooks":{"createRuntime":[{"path":"/h"}]}}""")]
    [InlineData("""{}""", """{"hooks":{"createRuntime":[{"path":"/h"}]}}""")]
    [InlineData(" { \"a\" : 1 \n}\n", " { \"a\" : 1,\"hooks\":{\"createRuntime\":[{\"path\":\"/h\"}]} \n}\n")]
    [InlineData("""{"hooks":null,"b":2}""", """{"hooks":{"createRuntime":[{"path":"/h"}]},"b":2}""")]
    [InlineData("""{"hooks":{},"b":2}""", """{"hooks":{"createRuntime":[{"path":"/h"}]},"b":2}""")]
    [InlineData("""{"hooks":{"poststop":[]}}""", """{"hooks":{"poststop":[],"createRuntime":[{"path":"/h"}]}}""")]
    [InlineData("""{"hooks":{"createRuntime":null}}""", """{"hooks":{"createRuntime":[{"path":"/h"}]}}""")]
    [InlineData("""{"hooks":{"createRuntime":[ ]}}""", """{"hooks":{"createRuntime":[{"path":"/h"} ]}}""")]
    [InlineData("""{"hooks":{"createRuntime":[{"path":"/a"} ]}}""", """{"hooks":{"createRuntime":[{"path":"/a"},{"path":"/h"} ]}}""")]
    [InlineData("null", """{"hooks":{"createRuntime":[{"path":"/h"}]}}""")]
    public void A_hook_goes_behind_those_that_are_there_and_nothing_else_changes(string config, string patched) =>
        Assert.Equal(patched, Inject(config, new PlannedHook(HookStage.CreateRuntime, s_hook, null)));

    [Theory]
    [InlineData("""{"hooks":{"poststop":[{"path":"/a"}]}}""", """{"hooks":{"poststop":[{"path":"/h"},{"path":"/a"}]}}""")]
    [InlineData("""{"hooks":{"poststop":[]}}""", """{"hooks":{"poststop":[{"path":"/h"}]}}""")]
    [InlineData("""{}""", """{"hooks":{"poststop":[{"path":"/h"}]}}""")]
    public void A_hook_that_is_to_be_first_goes_before_them(string config, string patched) =>
        Assert.Equal(patched, Inject(config, new PlannedHook(HookStage.Poststop, s_hook, null, First: true)));

    [Fact]
    public void Several_hooks_of_several_stages_keep_their_order()
    {
        string patched = Inject(
            """{"hooks":{"poststop":[{"path":"/p"}],"createRuntime":[{"path":"/c"}]}}""",
            new PlannedHook(HookStage.CreateRuntime, s_hook with { Path = "/1" }, null),
            new PlannedHook(HookStage.Poststart, s_hook with { Path = "/2" }, null),
            new PlannedHook(HookStage.Poststop, s_hook with { Path = "/3" }, null),
            new PlannedHook(HookStage.CreateRuntime, s_hook with { Path = "/4" }, null));

        Assert.Equal(
            """{"hooks":{"poststop":[{"path":"/p"},{"path":"/3"}],"createRuntime":[{"path":"/c"},{"path":"/1"},{"path":"/4"}],"poststart":[{"path":"/2"}]}}""",
            patched);
    }

    [Theory]
    [InlineData(
        """{"hooks":{"createRuntime":[{"path":"/a"}]},"hooks":{"createRuntime":[{"path":"/b"}]}}""",
        """{"createRuntime":[{"path":"/b"},{"path":"/h"}]}""")]
    [InlineData(
        """{"Hooks":{"CreateRuntime":[{"path":"/a"}],"poststop":[{"path":"/p"}]}}""",
        """{"poststop":[{"path":"/p"}],"createRuntime":[{"path":"/a"},{"path":"/h"}]}""")]
    [InlineData(
        """{"hooks":{"createRuntime":[{"path":"/a"}],"createruntime":[{"path":"/b"}],"x":[1]}}""",
        """{"x":[1],"createRuntime":[{"path":"/b"},{"path":"/h"}]}""")]
    public void One_member_takes_the_place_of_repeated_or_misspelled_names_with_what_runc_makes_of_them(string config, string merged)
    {
        string patched = Inject(config, new PlannedHook(HookStage.CreateRuntime, s_hook, null));

        Assert.Equal($"{{\"hooks\":{merged}}}", patched);
    }

    [Fact]
    public void A_hook_is_written_with_all_it_has_and_escaped_where_it_must_be()
    {
        var hook = new Hook("/h \"q\"\\\n\u0001é😀", ["h", ""], ["A=b"], 0);

        string patched = Inject("{}", new PlannedHook(HookStage.Prestart, hook, null));

        Assert.Equal(
            """{"hooks":{"prestart":[{"path":"/h \"q\"\\\n\u0001é😀","args":["h",""],"env":["A=b"],"timeout":0}]}}""", patched);
    }

    [Fact]
    public void No_hook_is_no_edit()
    {
        byte[] json = "{}"u8.ToArray();

        Assert.Empty(HookInjection.Edits(json, ContainerConfig.Parse(json, out _)!, []));
    }

    private static string Inject(string config, params PlannedHook[] hooks)
    {
        byte[] json = Encoding.UTF8.GetBytes(config);
        IReadOnlyList<Splice> edits = HookInjection.Edits(json, ContainerConfig.Parse(json, out _)!, hooks);
        return Edited.Text(json, edits);
    }
}
