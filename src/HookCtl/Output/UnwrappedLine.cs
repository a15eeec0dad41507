using Spectre.Console;
using Spectre.Console.Rendering;

namespace HookCtl.Output;

/// <summary>One line however wide the terminal is, so that it can be copied, and editors can jump by it.</summary>
internal sealed class UnwrappedLine(params (string Text, Style Style)[] parts) : Renderable
{
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        foreach ((string text, Style style) in parts)
        {
            yield return new Segment(Screen.Sanitize(text), style);
        }

        yield return Segment.LineBreak;
    }
}
