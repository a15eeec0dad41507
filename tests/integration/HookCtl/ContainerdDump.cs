using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>Reads containerd's view of its files: <c>containerd config dump</c>, which has one line for each header and value.</summary>
internal static class ContainerdDump
{
    internal const string Containerd = "plugins.\"io.containerd.grpc.v1.cri\".containerd";

    private static readonly string[] s_nothing = ["\"\"", "0", "false", "[]"];

    /// <summary>Returns the values by table and key.</summary>
    /// <param name="file">The main file.</param>
    /// <param name="program">The containerd to run.</param>
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

    /// <summary>Returns the values that are not empty. containerd treats a missing value and an empty one the same.</summary>
    internal static Dictionary<string, string> Said(this Dictionary<string, string> values) =>
        values.Where(value => !s_nothing.Contains(value.Value)).ToDictionary();

    /// <summary>Returns the settings of a runtime by their names within its table, for any version of the configuration.</summary>
    internal static SortedDictionary<string, string> Runtime(this Dictionary<string, string> values, string name)
    {
        string table = $".containerd.runtimes.{name}.";
        return new(values.Where(value => value.Key.Contains(table, StringComparison.Ordinal))
            .ToDictionary(value => value.Key[(value.Key.IndexOf(table, StringComparison.Ordinal) + table.Length)..], value => value.Value));
    }

    /// <summary>Returns the values of one that the other lacks or has with another value.</summary>
    internal static SortedDictionary<string, string> Less(this Dictionary<string, string> one, Dictionary<string, string> other) =>
        new(one.Where(value => other.GetValueOrDefault(value.Key) != value.Value).ToDictionary(), StringComparer.Ordinal);
}
