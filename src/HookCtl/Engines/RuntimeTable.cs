using System.Text;
using HookCtl.Toml;

namespace HookCtl.Engines;

/// <summary>One setting of a runtime.</summary>
/// <param name="Key">Its name within the runtime's table, such as <c>options</c>, <c>SystemdCgroup</c>.</param>
/// <param name="Value">Its value, as TOML on one line.</param>
internal sealed record RuntimeTableSetting(IReadOnlyList<string> Key, string Value)
{
    internal string Name => string.Join('.', Key);

    /// <summary>Whether it says no more than if it were not there: to engines, such a value and none are the same.</summary>
    internal bool IsNothing => Value is "\"\"" or "0" or "false" or "[]";
}

/// <summary>
/// The settings that an engine has for one runtime: all of them, whether they are known here or not, without those that say nothing.
/// </summary>
internal sealed class RuntimeTable
{
    /// <summary>Lists of what is let through to a runtime, and may be wanted for rules: more than another runtime has does no harm.</summary>
    internal static readonly IReadOnlyList<string> Allowing = ["pod_annotations", "container_annotations", "allowed_annotations"];

    private readonly OrderedDictionary<string, RuntimeTableSetting> _settings = new(StringComparer.Ordinal);

    internal IEnumerable<RuntimeTableSetting> Settings => _settings.Values;

    /// <summary>All tables of runtimes in a text, by the runtimes' names.</summary>
    /// <param name="text">The text.</param>
    /// <param name="runtimes">The table that they are in.</param>
    internal static OrderedDictionary<string, RuntimeTable> All(TomlText text, params IReadOnlyList<string> runtimes)
    {
        var tables = new OrderedDictionary<string, RuntimeTable>(StringComparer.Ordinal);
        foreach (TomlTable header in text.Tables.Where(header => IsWithin(header.Name, runtimes)))
        {
            _ = tables.TryAdd(header.Name[runtimes.Count], new RuntimeTable());
        }

        foreach (TomlValue value in text.Values.Where(value => IsWithin(value.Name, runtimes)))
        {
            string runtime = value.Name[runtimes.Count];
            _ = tables.TryAdd(runtime, new RuntimeTable());

            // The members of an inline table are values of their own.
            if (!value.IsInlineTable)
            {
                tables[runtime].Set([.. value.Name.Skip(runtimes.Count + 1)], value.Meaning);
            }
        }

        return tables;
    }

    /// <summary>A table with one setting replaced or added; taken out, if the value is null.</summary>
    internal RuntimeTable With(string? value, params IReadOnlyList<string> key)
    {
        var table = new RuntimeTable();
        foreach (RuntimeTableSetting setting in Settings)
        {
            table.Set(setting.Key, setting.Value);
        }

        table.Set(key, value ?? "\"\"");
        return table;
    }

    /// <summary>A table with more in a list of strings.</summary>
    internal RuntimeTable WithMore(string key, IEnumerable<string> strings)
    {
        string[] all = [.. Strings(key).Union(strings, StringComparer.Ordinal)];
        return With($"[{string.Join(", ", all.Select(TomlString.Quote))}]", key);
    }

    /// <summary>A setting's value, as TOML; null if it is not set.</summary>
    internal string? Value(params IReadOnlyList<string> key) => Find(key)?.Value;

    /// <summary>A setting that is a string; null if it is not set or something else.</summary>
    internal string? String(params IReadOnlyList<string> key) => Value(key) is { } value ? TomlText.ParseValue(value).String : null;

    /// <summary>A setting that is a list of strings; empty if it is not set.</summary>
    internal IReadOnlyList<string> Strings(string key) => Value(key) is { } value ? TomlText.ParseValue(value).Strings : [];

    /// <summary>The settings that this table and another have not both, or with different values, by name.</summary>
    internal IEnumerable<(RuntimeTableSetting? Own, RuntimeTableSetting? Other)> Differences(RuntimeTable other)
    {
        foreach (RuntimeTableSetting setting in Settings)
        {
            RuntimeTableSetting? theirs = other.Find(setting.Key);
            if (theirs?.Value != setting.Value)
            {
                yield return (setting, theirs);
            }
        }

        foreach (RuntimeTableSetting theirs in other.Settings.Where(theirs => Find(theirs.Key) is null))
        {
            yield return (null, theirs);
        }
    }

    /// <summary>Writes the table, and those within it.</summary>
    /// <param name="name">The table's name, as TOML.</param>
    /// <param name="indent">What lines of the table begin with; those within begin with twice as much.</param>
    internal string Text(string name, string indent)
    {
        var text = new StringBuilder($"[{name}]\n");
        foreach (IGrouping<string, RuntimeTableSetting> table in Settings
            .GroupBy(setting => string.Concat(setting.Key.SkipLast(1).Select(part => "." + TomlString.QuoteName(part))))
            .OrderBy(table => table.Key.Length > 0))
        {
            bool isWithin = table.Key.Length > 0;
            _ = isWithin ? text.Append($"\n{indent}[{name}{table.Key}]\n") : text;
            foreach (RuntimeTableSetting setting in table)
            {
                _ = text.Append($"{indent}{(isWithin ? indent : "")}{TomlString.QuoteName(setting.Key[^1])} = {setting.Value}\n");
            }
        }

        return text.ToString();
    }

    private RuntimeTableSetting? Find(IReadOnlyList<string> key) => _settings.GetValueOrDefault(NameOf(key));

    private void Set(IReadOnlyList<string> key, string value)
    {
        var setting = new RuntimeTableSetting(key, value);
        if (setting.IsNothing)
        {
            _ = _settings.Remove(NameOf(key));
        }
        else
        {
            _settings[NameOf(key)] = setting;
        }
    }

    private static bool IsWithin(IReadOnlyList<string> name, IReadOnlyList<string> table) =>
        name.Count > table.Count && name.Take(table.Count).SequenceEqual(table);

    private static string NameOf(IReadOnlyList<string> key) => string.Join('\0', key);
}
