using System.Text;
using FsCheck;

namespace UnitTests.HookCtl.Engines.Docker;

/// <summary>A text of daemon.json as people and programs write it, with various layouts, comments, line ends and large numbers.</summary>
public sealed class GeneratedDaemonJson
{
    private static readonly string[] s_scalars =
        ["true", "null", "12345678901234567890", "1e400", "-0.0", "\"\"", "\"a\\u00e4\\/\\\"}\"", "\"// no comment, {\"", "\"ä\""];

    private static readonly string[] s_keys =
        ["debug", "mtu", "labels", "features", "log-opts", "x y", "", "ключ", "a\\\"b", "insecure-registries"];

    private readonly int[] _numbers;
    private readonly Choices _choices;
    private readonly StringBuilder _text = new();
    private readonly string _newline;
    private readonly string _unit;
    private readonly bool _lines;

    private GeneratedDaemonJson(int[] numbers)
    {
        _numbers = numbers;
        _choices = new Choices(numbers);
        _newline = _choices.Pick("\n", "\n", "\r\n");
        _unit = _choices.Pick("  ", "    ", "\t");
        _lines = !_choices.OneIn(4);
        HasComments = _choices.OneIn(3);
        _ = _text.Append(_choices.Pick("", "", " ", "\n"));
        Object(0, atTop: true);
        _ = _text.Append(_choices.Pick("", _newline, _newline + _newline, " "));
    }

    /// <summary>Whether the text may contain comments.</summary>
    internal bool HasComments { get; }

    public static Arbitrary<GeneratedDaemonJson> Any() =>
        Choices.Making(numbers => new GeneratedDaemonJson(numbers), made => made._numbers);

    public override string ToString() => _text.ToString();

    private void Object(int depth, bool atTop)
    {
        IEnumerable<string> keys = _choices.Shuffled(s_keys).Take(_choices.Below(4));
        List<Action> members = [.. keys.Select(key => (Action)(() => Member(key, depth)))];
        if (atTop && _choices.OneIn(2))
        {
            members.Insert(_choices.Below(members.Count + 1), () => Runtimes(depth));
        }

        if (atTop && _choices.OneIn(3))
        {
            members.Insert(_choices.Below(members.Count + 1), () => _text.Append("\"default-runtime\":" + _choices.Pick(" \"crun\"", "\"runc\"")));
        }

        _ = _text.Append('{');
        for (int i = 0; i < members.Count; i++)
        {
            Gap(depth + 1);
            members[i]();
            _ = i < members.Count - 1 ? _text.Append(_choices.Pick("", "", " ")).Append(',') : _text;
        }

        Gap(members.Count > 0 || _choices.OneIn(2) ? depth : -1);
        _ = _text.Append('}');
    }

    private void Runtimes(int depth)
    {
        _ = _text.Append("\"runtimes\":").Append(_choices.Pick("", " "));
        switch (_choices.Below(4))
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
        _ = _text.Append('"').Append(key).Append("\":").Append(_choices.Pick("", " ", " ", "  "));
        switch (depth < 3 ? 3 - _choices.Below(4) : 3)
        {
            case 0:
                Object(depth + 1, atTop: false);
                break;
            case 1:
                _ = _text.Append('[').Append(_choices.Pick("", "1, 2", "\"]\" ,{}")).Append(']');
                break;
            default:
                _ = _text.Append(_choices.Pick<string>(s_scalars));
                break;
        }
    }

    /// <param name="depth">The depth of the next element; -1 for empty braces.</param>
    private void Gap(int depth)
    {
        if (depth >= 0 && HasComments && _choices.OneIn(3))
        {
            _ = _text.Append(_choices.Pick(" /* a, { \" */", " // b } ,\n"));
        }

        _ = depth >= 0 && _lines
            ? _text.Append(_newline).Insert(_text.Length, _unit, depth)
            : _text.Append(_choices.Pick("", "", " "));
    }
}
