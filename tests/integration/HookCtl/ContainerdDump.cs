using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>What containerd makes of its files: <c>containerd config dump</c>, which has one line for each header and value.</summary>
internal static class ContainerdDump
{
    internal const string Containerd = "plugins.\"io.containerd.grpc.v1.cri\".containerd";

    private static readonly string[] s_nothing = ["\"\"", "0", "false", "[]"];

    /// <summary>Its values by table and key.</summary>
    /// <param name="file">The main file.</param>
    /// <param name="program">Which containerd is asked.</param>
    internal static Dictionary<string, string> Read(string file, string program = "containerd")
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        string table = "";
        string dump = new Command(program, "--config", file, "config", "dump").Run().EnsureSuccess().OutputText
            .Replace('\'', '"');
        foreach (string line in dump.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith('['))
            {
                table = line[1..^1] + ".";
                continue;
            }

            string[] parts = line.Split(" = ", 2);
            values.Add(table + parts[0], parts[1]);
        }

        return values;
    }

    /// <summary>Those that say something: containerd takes no value and an empty one for the same.</summary>
    internal static Dictionary<string, string> Said(this Dictionary<string, string> values) =>
        values.Where(value => !s_nothing.Contains(value.Value)).ToDictionary();

    /// <summary>The settings of a runtime, whatever the settings' version, by their names within its table.</summary>
    internal static SortedDictionary<string, string> Runtime(this Dictionary<string, string> values, string name)
    {
        string table = $".containerd.runtimes.{name}.";
        return new(values.Where(value => value.Key.Contains(table, StringComparison.Ordinal))
            .ToDictionary(value => value.Key[(value.Key.IndexOf(table, StringComparison.Ordinal) + table.Length)..], value => value.Value));
    }

    /// <summary>Those of one that the other has not, or has with another value.</summary>
    internal static SortedDictionary<string, string> Less(this Dictionary<string, string> one, Dictionary<string, string> other) =>
        new(one.Where(value => other.GetValueOrDefault(value.Key) != value.Value).ToDictionary(), StringComparer.Ordinal);
}
