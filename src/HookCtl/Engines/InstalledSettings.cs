using HookCtl.Toml;
using Json;
using Linux;

namespace HookCtl.Engines;

/// <summary>What hookctl itself writes into a file: the names of values, and of tables with all that is in them.</summary>
internal sealed class InstalledSettings(params IReadOnlyList<IReadOnlyList<string>> names)
{
    /// <summary>Fails if somebody has added something, which would be lost with what hookctl wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">Its text.</param>
    /// <param name="place">Where hookctl wrote.</param>
    /// <param name="advice">Where else something is to be.</param>
    internal void CheckThatAllIsOurs(string path, TomlText text, TextRange place, string advice)
    {
        IEnumerable<IReadOnlyList<string>> values = text.Values
            .Where(value => value.Place.Start >= place.Start && value.Place.End <= place.End)
            .Where(value => !(value.IsInlineTable && IsAround(value.Name)))
            .Select(value => value.Name);
        IEnumerable<IReadOnlyList<string>> tables = text.Tables
            .Where(table => table.End > place.Start && table.End <= place.End && !IsAround(table.Name))
            .Select(table => table.Name);
        if (values.Concat(tables).FirstOrDefault(name => !IsOurs(name)) is { } other)
        {
            throw new OciHooksException(
                $"{path}: somebody has added {string.Join('.', other)}; it is left as it is: move that {advice}, and try again");
        }
    }

    private bool IsOurs(IReadOnlyList<string> name) => names.Any(own => IsWithin(name, own));

    private bool IsAround(IReadOnlyList<string> name) => names.Any(own => own.Count > name.Count && IsWithin(own, name));

    private static bool IsWithin(IReadOnlyList<string> name, IReadOnlyList<string> table) =>
        name.Count >= table.Count && name.Take(table.Count).SequenceEqual(table);
}
