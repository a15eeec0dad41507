using System.Text;
using System.Text.Json;
using Json;

namespace UnitTests.Json;

public sealed class GoJsonTests
{
    [Theory]
    [InlineData("\"a\\u00e9\\n\\/\\\"\"", "aé\n/\"")]
    [InlineData("\"\\ud83d\\ude00\"", "😀")]
    [InlineData("\"\\ud83dx\"", "\uFFFDx")]
    [InlineData("\"\\ude00\\ud83d\"", "\uFFFD\uFFFD")]
    [InlineData("\"\\ud83d\\u0041\"", "\uFFFDA")]
    public void Escapes_are_read_and_lone_surrogates_replaced(string json, string text) => Assert.Equal(text, Read(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Each_byte_that_is_not_UTF8_becomes_a_replacement_character() =>
        Assert.Equal("a\uFFFD\uFFFD\uFFFDb", Read([.. "\"a"u8, 0xE2, 0x82, 0xFF, .. "b\""u8]));

    [Theory]
    [InlineData("", "is empty", 1, 1)]
    [InlineData(" \n ", "is empty", 2, 2)]
    [InlineData("\uFEFF{}", "starts with a byte order mark", 1, 1)]
    [InlineData("{\n\"a\":1,}", "is not valid JSON", 2, 7)]
    [InlineData("{} {}", "is not valid JSON", 1, 4)]
    public void A_text_that_is_no_JSON_is_told_with_the_place(string json, string message, long line, long column)
    {
        JsonProblem problem = GoJson.FindSyntaxError(Encoding.UTF8.GetBytes(json))!.Value;

        Assert.StartsWith(message, problem.Text, StringComparison.Ordinal);
        Assert.Equal((line, column), (problem.Line, problem.Column));
    }

    [Fact]
    public void Values_of_the_wrong_type_are_told_with_the_place_of_each()
    {
        var decoder = new GoDecoder("[1, true,\n  2,\n\n{}]"u8);
        List<string>? values = null;

        decoder.ReadStrings("x", ref values);

        Assert.Equal(
            [("x[0]", 1L, 2L), ("x[1]", 1L, 5L), ("x[2]", 2L, 3L), ("x[3]", 4L, 1L)],
            decoder.Problems.Select(problem => (problem.Field, problem.Line, problem.Column)));
    }

    /// <summary>Reads the keys twice, because recently folded keys are cached.</summary>
    [Fact]
    public void Keys_are_folded_each_as_it_is_written()
    {
        string[] keys =
        [
            "", "a", "A", "path", "PATH", "pAth", "pbth", "\\u0050ath", "\u212Aey", "key", "KEY", "\u017Ftages", "STAGES", "stages", "é", "É",
            new string('A', 64), new string('a', 64), new string('A', 65),
        ];
        byte[] json = Encoding.UTF8.GetBytes($"{{{string.Join(',', keys.Concat(keys).Select(key => $"\"{key}\":1"))}}}");
        var decoder = new GoDecoder(json);
        var read = new List<string>();

        _ = decoder.EnterObject("x");
        while (decoder.NextKey(out string key))
        {
            read.Add(key);
            decoder.Skip();
        }

        string[] folded =
        [
            "", "a", "a", "path", "path", "path", "pbth", "path", "key", "key", "key", "stages", "stages", "stages", "é", "é",
            new string('a', 64), new string('a', 64), new string('a', 65),
        ];
        Assert.Equal(folded.Concat(folded), read);
    }

    [Fact]
    public void Nesting_may_be_ten_thousand_deep_and_no_deeper()
    {
        Assert.Null(GoJson.FindSyntaxError(Encoding.ASCII.GetBytes(new string('[', 10_000) + new string(']', 10_000))));
        Assert.NotNull(GoJson.FindSyntaxError(Encoding.ASCII.GetBytes(new string('[', 10_001) + new string(']', 10_001))));
    }

    [Fact]
    public void What_is_built_is_read_back()
    {
        const string text = "\u0000\u001f\"\\/\u007f\u2028é😀\r\n\t";

        byte[] json = new JsonText().Raw("["u8).String(text).Separator().Number(long.MinValue).Separator().Base64([0, 255]).Raw("]"u8).ToArray();

        JsonElement[] elements = [.. JsonDocument.Parse(json).RootElement.EnumerateArray()];
        Assert.Equal(text, elements[0].GetString());
        Assert.Equal(long.MinValue, elements[1].GetInt64());
        Assert.Equal([0, 255], elements[2].GetBytesFromBase64());
    }

    private static string Read(byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        _ = reader.Read();
        return GoJson.ReadString(ref reader);
    }
}
