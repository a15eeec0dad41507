using System.Text;

namespace Tests.Unit.HookCtl.Install;

/// <summary>
/// Texts of daemon.json as people and programs write them, made from a seed: layouts, comments, line ends, large numbers.
/// </summary>
internal sealed class GeneratedDaemonJson(int seed)
{
    private static readonly string[] s_scalars =
        ["true", "null", "12345678901234567890", "1e400", "-0.0", "\"\"", "\"a\\u00e4\\/\\\"}\"", "\"// no comment, {\"", "\"ä\""];

    private static readonly string[] s_keys =
        ["debug", "mtu", "labels", "features", "log-opts", "x y", "", "ключ", "a\\\"b", "insecure-registries"];

    private readonly Random _random = new(seed);
    private readonly StringBuilder _text = new();
    private string _newline = "\n";
    private string _unit = "  ";
    private bool _lines;
    private bool _comments;

    /// <summary>The text, and whether there are comments in it.</summary>
    internal (string Text, bool HasComments) Make()
    {
        _newline = Pick("\n", "\n", "\r\n");
        _unit = Pick("  ", "    ", "\t");
        _lines = _random.Next(4) > 0;
        _comments = _random.Next(3) == 0;
        _ = _text.Append(Pick("", "", " ", "\n"));
        Object(0, atTop: true);
        _ = _text.Append(Pick("", _newline, _newline + _newline, " "));
        return (_text.ToString(), _comments);
    }

    private void Object(int depth, bool atTop)
    {
        IEnumerable<string> keys = s_keys.OrderBy(_ => _random.Next()).Take(_random.Next(4));
        List<Action> members = [.. keys.Select(key => (Action)(() => Member(key, depth)))];
        if (atTop && _random.Next(2) == 0)
        {
            members.Insert(_random.Next(members.Count + 1), () => Runtimes(depth));
        }

        if (atTop && _random.Next(3) == 0)
        {
            members.Insert(_random.Next(members.Count + 1), () => _text.Append("\"default-runtime\":" + Pick(" \"crun\"", "\"runc\"")));
        }

        _ = _text.Append('{');
        for (int i = 0; i < members.Count; i++)
        {
            Gap(depth + 1);
            members[i]();
            _ = i < members.Count - 1 ? _text.Append(Pick("", "", " ")).Append(',') : _text;
        }

        Gap(members.Count > 0 || _random.Next(2) == 0 ? depth : -1);
        _ = _text.Append('}');
    }

    private void Runtimes(int depth)
    {
        _ = _text.Append("\"runtimes\":").Append(Pick("", " "));
        switch (_random.Next(4))
        {
            case 0:
                _ = _text.Append("{}");
                break;
            case 1:
                _ = _text.Append("null");
                break;
            default:
                _ = _text.Append("{ \"other\" : {\"path\":\"/x\"}");
                Gap(depth + 1);
                _ = _text.Append('}');
                break;
        }
    }

    private void Member(string key, int depth)
    {
        _ = _text.Append('"').Append(key).Append("\":").Append(Pick("", " ", " ", "  "));
        switch (depth < 3 ? _random.Next(4) : 3)
        {
            case 0:
                Object(depth + 1, atTop: false);
                break;
            case 1:
                _ = _text.Append('[').Append(Pick("", "1, 2", "\"]\" ,{}")).Append(']');
                break;
            default:
                _ = _text.Append(Pick(s_scalars));
                break;
        }
    }

    /// <param name="depth">The depth of what comes next; -1 for nothing between braces.</param>
    private void Gap(int depth)
    {
        if (depth >= 0 && _comments && _random.Next(3) == 0)
        {
            _ = _text.Append(Pick(" /* a, { \" */", " // b } ,\n"));
        }

        _ = depth >= 0 && _lines
            ? _text.Append(_newline).Insert(_text.Length, _unit, depth)
            : _text.Append(Pick("", "", " "));
    }

    private string Pick(params string[] choices) => choices[_random.Next(choices.Length)];
}
