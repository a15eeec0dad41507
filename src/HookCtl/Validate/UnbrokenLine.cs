using System.Globalization;
using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace HookCtl.Validate;

/// <summary>
/// One line however wide the terminal is, so that editors can jump by it. What it shows comes out of files: control characters, which a
/// terminal obeys, are written as escapes.
/// </summary>
internal sealed class UnbrokenLine(params (string Text, Style Style)[] parts) : Renderable
{
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        foreach ((string text, Style style) in parts)
        {
            yield return new Segment(Visible(text), style);
        }

        yield return Segment.LineBreak;
    }

    private static string Visible(string text)
    {
        if (!text.Any(char.IsControl))
        {
            return text;
        }

        var visible = new StringBuilder();
        foreach (char character in text)
        {
            _ = char.IsControl(character)
                ? visible.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}")
                : visible.Append(character);
        }

        return visible.ToString();
    }
}
