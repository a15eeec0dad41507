using System.Text;
using HookEngine.Changing.Injection;
using HookEngine.Model;
using HookEngine.Reading.Bundles;
using Linux;

namespace UnitTests.HookEngine.Changing.Injection;

public sealed class InjectionRecordTests : IDisposable
{
    private static readonly PlannedHook[] s_hooks =
    [
        new(HookStage.CreateRuntime, new Hook("/h", ["h", "\"\\\n"], ["A=b"], 5), null),
        new(HookStage.Poststop, new Hook("/p", null, null, null), null),
    ];

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("""{"a":1}""")]
    [InlineData("""{"hooks":null}""")]
    [InlineData(""" { "hooks" : { "createRuntime" : [ { "path" : "/x" } ] , "poststop" : null } , "z":[] } """)]
    [InlineData("""{"hooks":{"createRuntime":[{"path":"/a"}]},"Hooks":{"poststop":[{"path":"/b"}]}}""")]
    public void An_injection_is_taken_out_again_to_the_byte(string config)
    {
        (byte[] patched, InjectionRecord record) = InjectAndRecord(config);

        List<Splice> undo = record.EditsToUndo(patched, out InjectionRecord.Generation? shown, out _);

        Assert.NotNull(shown);
        Assert.Equal(config, Edited.Text(patched, undo));
    }

    [Fact]
    public void A_text_without_the_injection_is_left_alone()
    {
        (_, InjectionRecord record) = InjectAndRecord("""{"a":1}""");

        Assert.Empty(record.EditsToUndo("""{"a":1}"""u8, out InjectionRecord.Generation? shown, out _));
        Assert.Null(shown);
    }

    [Fact]
    public void In_a_text_that_others_changed_the_hooks_are_found_one_by_one()
    {
        (_, InjectionRecord record) = InjectAndRecord("""{"a":1}""");
        byte[] changed = """
            { "hooks": { "poststop": [ { "path": "/other" }, {"path":"/p", "args":[]} ],
              "createRuntime": [ { "timeout": 5, "env": ["A=b"], "args": ["h", "\"\\\u000a"], "path": "/h" }, {"path":"/theirs"} ] } }
            """u8.ToArray();

        string undone = Edited.Text(changed, record.EditsToUndo(changed, out _, out _));

        Assert.Equal("""
            { "hooks": { "poststop": [ { "path": "/other" } ],
              "createRuntime": [ {"path":"/theirs"} ] } }
            """, undone);
    }

    [Theory]
    [InlineData("""{"a":1}""", "")]
    [InlineData("""{"hooks":{"poststop":[{"path":"/p"},{"path":"/other"}]}}""", "/p")]
    [InlineData("""{"hooks":{"createRuntime":[{"path":"/h","args":["h","\"\\\n"],"env":["A=b"],"timeout":5}],"poststop":[{"path":"/p"}]}}""", "/h /p")]
    public void It_is_told_which_hooks_are_taken_out_of_what_others_changed(string changed, string paths)
    {
        (_, InjectionRecord record) = InjectAndRecord("""{"other":"configuration"}""");

        _ = record.EditsToUndo(Encoding.UTF8.GetBytes(changed), out _, out IReadOnlyList<InjectionRecord.AddedHook> removed);

        Assert.Equal(paths, string.Join(' ', removed.Select(hook => hook.Hook.Path)));
    }

    /// <summary>
    /// A kill between the writes of the record and of the configuration: the record has the latest injection, the configuration an older
    /// one.
    /// </summary>
    [Theory]
    [InlineData("""{"hooks":{"createRuntime":[{"path":"/e"}]}}""")]
    [InlineData("""{"hooks":{"createRuntime":[]}}""")]
    [InlineData("""{"hooks":{"prestart":[{"path":"/e"}]}}""")]
    [InlineData("""{}""")]
    public void An_injection_that_begins_as_the_one_shown_does_is_not_taken_for_it(string config)
    {
        byte[] json = Encoding.UTF8.GetBytes(config);
        ContainerConfig parsed = ContainerConfig.Parse(json, out _)!;
        PlannedHook[] both = [new(HookStage.CreateRuntime, new Hook("/a", null, null, null), null), new(HookStage.CreateRuntime, new Hook("/b", null, null, null), null)];
        var shown = ConfigPatch.Make(json, parsed, both, []);
        var latest = ConfigPatch.Make(json, parsed, both[..1], []);
        File.WriteAllBytes(_file, InjectionRecord.Write(
            InjectionRecord.Generation.Of(json, parsed, latest, Edited.Bytes(json, latest.Splices)),
            InjectionRecord.Generation.Of(json, parsed, shown, Edited.Bytes(json, shown.Splices)),
            new FilePath("/b/config.json")));
        byte[] patched = Edited.Bytes(json, shown.Splices);

        Assert.Equal(config, Edited.Text(patched, InjectionRecord.Read(new FilePath(_file)).EditsToUndo(patched, out _, out _)));
    }

    [Fact]
    public void Hooks_like_ours_that_were_there_before_are_not_ours()
    {
        const string engines = """{"hooks":{"poststop":[{"path":"/p"}]}}""";
        (_, InjectionRecord record) = InjectAndRecord(engines);
        byte[] again = Encoding.UTF8.GetBytes(engines);

        Assert.Equal(engines, Edited.Text(again, record.EditsToUndo(again, out _, out _)));
    }

    [Theory]
    [InlineData("""{"generations":[{"edits":[5]}]}""")]
    [InlineData("""{"generations":[{"hooks":["x"]}]}""")]
    [InlineData("""{"generations":[5,{"edits":{}}]}""")]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"generations":5}""")]
    [InlineData("""{"generations":[{"edits":[{"offset":"x"}]}]}""")]
    public void What_is_no_record_counts_as_none(string text)
    {
        File.WriteAllText(_file, text);

        Assert.Empty(InjectionRecord.Read(new FilePath(_file)).Generations);
    }

    [Theory]
    [InlineData("""{"offset":99999999999,"inserted":"eA=="},{"offset":-5,"inserted":"eA=="}""")]
    [InlineData("""{"offset":1,"inserted":"eA=="},{"offset":0,"inserted":"eA=="}""")]
    [InlineData("""{"offset":0,"inserted":"eHg="},{"offset":0,"removed":"eHh4","inserted":"eA=="},{"offset":1,"inserted":"eA=="}""")]
    public void A_record_with_absurd_places_undoes_nothing(string edits)
    {
        File.WriteAllText(_file, $$$"""{"generations":[{"edits":[{{{edits}}}]}]}""");

        Assert.Empty(InjectionRecord.Read(new FilePath(_file)).EditsToUndo("xx"u8, out _, out _));
    }

    private (byte[] Patched, InjectionRecord Record) InjectAndRecord(string config)
    {
        byte[] json = Encoding.UTF8.GetBytes(config);
        ContainerConfig parsed = ContainerConfig.Parse(json, out _)!;
        var patch = ConfigPatch.Make(json, parsed, s_hooks, []);
        byte[] patched = Edited.Bytes(json, patch.Splices);
        var generation = InjectionRecord.Generation.Of(json, parsed, patch, patched);
        File.WriteAllBytes(_file, InjectionRecord.Write(generation, null, new FilePath("/b/config.json")));
        return (patched, InjectionRecord.Read(new FilePath(_file)));
    }
}
