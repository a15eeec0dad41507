using System.Diagnostics.CodeAnalysis;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using HookEngine.Model;
using HookEngine.Reading.Settings;
using Linux;
using RuncWrap.PreRuntime;

namespace UnitTests.RuncWrap.PreRuntime;

/// <summary>
/// The tolerant reader of one setting must agree with the strict reader of all settings wherever the strict one accepts the text.
/// </summary>
public sealed class RuntimeSettingTests
{
    private static readonly string[] s_settings =
    [
        """{}""",
        """{"runtime":"crun"}""",
        """{"runtime":"/usr/local/bin/crun"}""",
        """{"runtime":["crun","runc"]}""",
        """{"runtime":["/a","b","/c",],}""",
        """{"RunTime":"crun"}""",
        """{"\u0072untime":"\u0063run"}""",
        """{"runtime":"/opt/\u00e4\ud83d\ude00\/x\\y\"z"}""",
        """{"runtime":"/opt/äöü😀"}""",
        """{"hooksDirs":["/runtime"],"onMissingHook":"fail","log":{"file":"/runtime","journald":false},"runtime":"kata"}""",
        """/* "runtime":"no" */ { // "runtime":"no", """ + "\n" + """ "runtime": /* y */ "crun" /* x */ // z""" + "\n}",
        """{"log":{"level":"debug"},"runtime":["crun"/*,"runc"*/]}""",
        """{"hooksDirs":[],"runtime":"crun"}""",
        "\uFEFF{\"runtime\":\"crun\"}",
    ];

    public static TheoryData<string> Settings => [.. s_settings];

    [Theory]
    [MemberData(nameof(Settings))]
    public void It_finds_what_the_strict_reader_finds(string json) =>
        Assert.Equal(SettingsFile.Parse("f", Encoding.UTF8.GetBytes(json)).Runtime, Find(Encoding.UTF8.GetBytes(json)));

    [Property(MaxTest = 14_000, MaxRejected = 50_000, EndSize = 3)]
    public Property It_agrees_on_every_variation_that_the_strict_reader_accepts() => Prop.ForAll(
        Arb.From(Gen.Elements(s_settings)), TextChange.Some("{}[]\",:\\/* \nau0runtime"), (setting, changes) =>
        {
            byte[] json = TextChange.Apply(setting, changes);
            string[] found = Find(json);
            return Prop.When(
                IsAccepted(json, out WrapperSettings? settings),
                () => Assert.True(settings!.Runtime.SequenceEqual(found), Encoding.UTF8.GetString(json)));
        });

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"runtime":""")]
    [InlineData("""{"runtime":"crun""")]
    [InlineData("""{"runtime":5}""")]
    [InlineData("""{"runtime":"bin/crun"}""")]
    [InlineData("""{"runtime":""}""")]
    [InlineData("""{"runtime":[]}""")]
    [InlineData("""{"log":{"level":{{{{""")]
    public void What_it_cannot_understand_leaves_the_default(string json) =>
        Assert.Equal(["runc", "crun"], Find(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void A_file_that_is_broken_behind_the_setting_still_has_it() =>
        Assert.Equal(["crun"], Find("""{"runtime":"crun", "hooksDirs": [ oops"""u8.ToArray()));

    [Theory]
    [InlineData(8186)]
    [InlineData(8189)]
    [InlineData(8190)]
    [InlineData(8191)]
    [InlineData(20_000)]
    public void Candidates_that_fill_the_room_are_no_trouble(int length)
    {
        string[] candidates = Find(Encoding.UTF8.GetBytes($$"""{"runtime":["{{new string('a', length)}}","b","c"]}"""));

        Assert.NotEmpty(candidates);
    }

    private static bool IsAccepted(byte[] json, [NotNullWhen(true)] out WrapperSettings? settings)
    {
        try
        {
            settings = SettingsFile.Parse("f", json);
            return true;
        }
        catch (OciHooksException)
        {
            settings = null;
            return false;
        }
    }

    private static string[] Find(byte[] json)
    {
        byte[] candidates = new byte[RuntimeSetting.CandidatesLimit];
        RuntimeSetting.Find(json, candidates);
        int end = candidates.AsSpan().IndexOf("\0\0"u8);
        return Encoding.UTF8.GetString(candidates, 0, end).Split('\0');
    }
}
