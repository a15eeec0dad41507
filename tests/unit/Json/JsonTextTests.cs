using System.Globalization;
using System.Text;
using System.Text.Json;
using Json;

namespace UnitTests.Json;

public sealed class JsonTextTests
{
    [Fact]
    public void Each_character_is_read_as_it_was_and_none_that_controls_is_in_the_text()
    {
        for (int code = 0; code <= char.MaxValue; code++)
        {
            string text = $"a{(char)code}b";

            ReadOnlySpan<byte> json = new JsonText().String(text).Span;

            Assert.Equal(char.IsSurrogate((char)code) ? "a\ufffdb" : text, JsonSerializer.Deserialize<string>(json));
            Assert.DoesNotContain(
                Encoding.UTF8.GetString(json),
                letter => char.GetUnicodeCategory(letter)
                    is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
        }
    }

    [Theory]
    [InlineData("\"\\\n\r\t", """
        "\"\\\n\r\t"
        """)]
    [InlineData("\0\u001f\u007f\u009b\u2028é😀", """
        "\u0000\u001f\u007f\u009b\u2028é😀"
        """)]
    public void Characters_are_escaped_as_shortly_as_can_be(string text, string json) =>
        Assert.Equal(json, Encoding.UTF8.GetString(new JsonText().String(text).Span));

    [Theory]
    [InlineData(0)]
    [InlineData(12.345)]
    [InlineData(-1.7976931348623157E+308)]
    [InlineData(5E-324)]
    public void A_number_is_read_as_it_was(double value) =>
        Assert.Equal(value, JsonSerializer.Deserialize<double>(new JsonText().Number(value).Span));
}
