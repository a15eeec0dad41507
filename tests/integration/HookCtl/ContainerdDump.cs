using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary>What containerd makes of its files: <c>containerd config dump</c>, which has one line for each header and value.</summary>
internal static class ContainerdDump
{
    internal const string Containerd = "plugins.\"io.containerd.grpc.v1.cri\".containerd";

    /// <summary>Its values by table and key.</summary>
    internal static Dictionary<string, string> Read(string file)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        string table = "";
        string dump = new Command("containerd", "--config", file, "config", "dump").Run().EnsureSuccess().OutputText;
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

    /// <summary>Those of one that the other has not, or has with another value.</summary>
    internal static SortedDictionary<string, string> Less(this Dictionary<string, string> one, Dictionary<string, string> other) =>
        new(one.Where(value => other.GetValueOrDefault(value.Key) != value.Value).ToDictionary(), StringComparer.Ordinal);
}
