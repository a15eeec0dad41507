using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IntegrationTests.Fixture;

namespace IntegrationTests.Corpus;

/// <summary>Runs every rule evaluation case that was recorded from the reference through the built wrapper.</summary>
public sealed class EdgeCorpusTests
{
    private static readonly Dictionary<string, JsonElement> s_cases = CorpusFile.Read("edge.jsonl")
        .ToDictionary(entry => entry.GetProperty("name").GetString()!);

    /// <summary>
    /// The cases that the wrapper refuses on purpose and the reference accepts. In the reference a missing hook hides every other
    /// error of its directory. The wrapper still reports a broken file beside it.
    /// </summary>
    private static readonly string[] s_refusedOnPurpose = ["enoent-010-first-masks"];

    /// <summary>
    /// A stage that the reference refuses unless its caller allows it, as Podman does. The wrapper runs its hooks. The program here prints
    /// no configuration, so the wrapper refuses the container too.
    /// </summary>
    private const string Precreate = "stage-unknown-precreate";

    public static TheoryData<string> Names => [.. s_cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_wrapper_does_what_the_reference_does(string name)
    {
        JsonElement entry = s_cases[name];
        using var bench = new WrapperBench();
        bench.Set("hooksDirs", new JsonArray([.. Materialise(entry, bench.Root)]));
        byte[] config = ConfigBytes(entry);
        File.WriteAllBytes(bench.Config, config);

        CommandResult result = bench.RunIn("/", null, "create", "--bundle", bench.Bundle, "id");

        JsonElement expect = entry.GetProperty("expect");
        bool refused = expect.GetProperty("result").GetString() == "error";
        if (s_refusedOnPurpose.Contains(name))
        {
            Assert.False(refused, "this case is no deviation any more");
            refused = true;
        }

        if (refused)
        {
            Assert.NotEqual(0, result.ExitCode);
            Assert.Empty(bench.Calls);
            Assert.Equal(config, File.ReadAllBytes(bench.Config));
            Assert.StartsWith("runc-wrap: ", result.ErrorText, StringComparison.Ordinal);
            Assert.Equal(name == Precreate, result.ErrorText.Contains("precreate hook /bin/true", StringComparison.Ordinal));
            return;
        }

        Assert.Equal(("", "", 0), (result.ErrorText, result.OutputText, result.ExitCode));
        _ = Assert.Single(bench.Calls);
        byte[] patched = File.ReadAllBytes(bench.Config);
        if (!expect.GetProperty("changed").GetBoolean())
        {
            Assert.Equal(config, patched);
        }

        Assert.Equal(HooksOf(expect.GetProperty("hooks")), HooksOf(Encoding.UTF8.GetBytes(bench.Calls[0].Config!)));
        Assert.Equal(MembersBesideHooks(config), MembersBesideHooks(patched));
    }

    [Fact]
    public void All_225_cases_are_there() => Assert.Equal(225, s_cases.Count);

    private static List<JsonNode> Materialise(JsonElement entry, string root)
    {
        var directories = new List<JsonNode>();
        foreach (JsonElement directory in entry.GetProperty("dirs").EnumerateArray())
        {
            string path = Path.Combine(root, $"dir{directories.Count}");
            directories.Add(path);
            if (directory.TryGetProperty("missing", out _))
            {
                continue;
            }

            if (directory.TryGetProperty("notdir", out _))
            {
                File.WriteAllText(path, "");
                continue;
            }

            _ = Directory.CreateDirectory(path);
            if (directory.TryGetProperty("files", out JsonElement files))
            {
                foreach (JsonProperty file in files.EnumerateObject())
                {
                    WriteFile(Path.Combine(path, file.Name), file.Value);
                }
            }
        }

        return directories;
    }

    private static void WriteFile(string path, JsonElement content)
    {
        if (content.ValueKind == JsonValueKind.String)
        {
            File.WriteAllText(path, content.GetString());
        }
        else if (content.TryGetProperty("b64", out JsonElement bytes))
        {
            File.WriteAllBytes(path, bytes.GetBytesFromBase64());
        }
        else if (content.TryGetProperty("symlink", out JsonElement target))
        {
            _ = File.CreateSymbolicLink(path, target.GetString()!);
        }
        else
        {
            _ = Directory.CreateDirectory(path);
        }
    }

    private static byte[] ConfigBytes(JsonElement entry) =>
        entry.TryGetProperty("configB64", out JsonElement bytes) ? bytes.GetBytesFromBase64()
        : entry.TryGetProperty("configText", out JsonElement text) ? Encoding.UTF8.GetBytes(text.GetString()!)
        : Encoding.UTF8.GetBytes(entry.GetProperty("config").GetRawText());

    private static SortedDictionary<string, string> HooksOf(byte[] config)
    {
        JsonElement root = JsonDocument.Parse(config, new JsonDocumentOptions { MaxDepth = 12000 }).RootElement;
        return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("hooks", out JsonElement hooks) ? HooksOf(hooks) : [];
    }

    /// <summary>Returns the hooks by stage, without empty stages. A null or empty member of a hook counts as absent.</summary>
    private static SortedDictionary<string, string> HooksOf(JsonElement hooks)
    {
        var stages = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (hooks.ValueKind != JsonValueKind.Object)
        {
            return stages;
        }

        foreach (JsonProperty stage in hooks.EnumerateObject())
        {
            if (stage.Value.ValueKind == JsonValueKind.Array && stage.Value.GetArrayLength() > 0)
            {
                stages[stage.Name] = string.Join('\n', stage.Value.EnumerateArray().Select(HookOf));
            }
        }

        return stages;
    }

    private static string HookOf(JsonElement hook) => string.Join(' ', hook.EnumerateObject()
        .Where(field => field.Value.ValueKind != JsonValueKind.Null
            && !(field.Value.ValueKind == JsonValueKind.Array && field.Value.GetArrayLength() == 0))
        .OrderBy(field => field.Name, StringComparer.Ordinal)
        .Select(field => $"{field.Name}={JsonNode.Parse(field.Value.GetRawText())!.ToJsonString()}"));

    /// <summary>Returns the keys and values of config.json as written, except for hooks.</summary>
    private static List<string> MembersBesideHooks(byte[] config)
    {
        var members = new List<string>();
        var reader = new Utf8JsonReader(config, new JsonReaderOptions { MaxDepth = 12000 });
        _ = reader.Read();
        while (reader.TokenType is not JsonTokenType.Null && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = Encoding.Latin1.GetString(reader.ValueSpan);
            _ = reader.Read();
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (key != "hooks")
            {
                members.Add($"{key}: {Encoding.Latin1.GetString(config[start..(int)reader.BytesConsumed])}");
            }
        }

        return members;
    }
}
