using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using HookEngine.Changing.Injection;
using HookEngine.Model;
using HookEngine.Reading.Bundles;
using Linux;

namespace UnitTests.HookEngine.Changing.Injection;

/// <summary>Tests hooks and edits in one patch, for configurations and edits of all kinds.</summary>
public sealed class ConfigPatchTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Property(MaxTest = 1800, Arbitrary = [typeof(GeneratedPatch)])]
    public Property A_patch_gives_JSON_that_has_the_edits_and_can_be_taken_back_to_the_byte(GeneratedPatch generated)
    {
        byte[] json = Encoding.UTF8.GetBytes(generated.Config);
        ContainerConfig parsed = ContainerConfig.Parse(json, out _)!;
        ConfigPatch patch;
        try
        {
            patch = ConfigPatch.Make(json, parsed, generated.Hooks, generated.Edits);
        }
        catch (OciHooksException)
        {
            return Prop.When(false, false);
        }

        AssertPatch(generated, json, parsed, patch);
        return true.ToProperty();
    }

    private void AssertPatch(GeneratedPatch generated, byte[] json, ContainerConfig parsed, ConfigPatch patch)
    {
        byte[] patched = Edited.Bytes(json, patch.Splices);
        Check(patched, generated.Edits, generated.Config);
        foreach (Splice splice in patch.Splices)
        {
            Assert.Equal(splice.Removed, json[splice.Offset..(splice.Offset + splice.Removed.Length)]);
        }

        InjectionRecord record = Record(json, parsed, patch);
        Assert.Equal(generated.Config, Edited.Text(patched, record.EditsToUndo(patched, out _, out _)));

        // Another program changed the file. The added parts are removed, its own changes stay, and the JSON stays valid.
        byte[] changed = Reindented(patched);
        string restored = Edited.Text(changed, record.EditsToUndo(changed, out _, out _));
        Assert.Equal(Bare(generated.Config), Bare(restored));
    }

    private static void Check(byte[] patched, IReadOnlyList<PlannedEdits> edits, string config)
    {
        JsonNode node = JsonNode.Parse(patched)!;
        foreach (PlannedEdits planned in edits)
        {
            foreach (string variable in planned.Edits.Env)
            {
                string name = variable[..(variable.IndexOf('=', StringComparison.Ordinal) + 1)];
                Assert.True(
                    node["process"]!["env"]!.AsArray().Any(entry => entry!.GetValue<string>().StartsWith(name, StringComparison.Ordinal)),
                    config);
            }

            foreach (MountEdit mount in planned.Edits.Mounts)
            {
                Assert.Single(node["mounts"]!.AsArray(), known => known!["destination"]!.GetValue<string>() == mount.ContainerPath);
            }

            foreach (long group in planned.Edits.AdditionalGids)
            {
                Assert.Single(node["process"]!["user"]!["additionalGids"]!.AsArray(), known => known!.GetValue<long>() == group);
            }
        }
    }

    /// <summary>
    /// Returns a configuration without empty lists and objects, because a patch may have created those to add something to them.
    /// </summary>
    private static string Bare(string config)
    {
        JsonNode node = JsonNode.Parse(config)!;
        Prune(node);
        return node.ToJsonString();
    }

    private static void Prune(JsonNode? node)
    {
        if (node is JsonObject map)
        {
            foreach (string key in map.Select(member => member.Key).ToList())
            {
                Prune(map[key]);
                if (map[key] is null or JsonObject { Count: 0 } or JsonArray { Count: 0 })
                {
                    _ = map.Remove(key);
                }
            }
        }
    }

    private static byte[] Reindented(byte[] json)
    {
        JsonNode node = JsonNode.Parse(json)!;
        node["zz"] = 1;
        return Encoding.UTF8.GetBytes(node.ToJsonString(new JsonSerializerOptions { WriteIndented = true }).Replace("\"zz\": 1", "\"zz\": {}", StringComparison.Ordinal));
    }

    private InjectionRecord Record(byte[] json, ContainerConfig parsed, ConfigPatch patch)
    {
        var generation = InjectionRecord.Generation.Of(json, parsed, patch, Edited.Bytes(json, patch.Splices));
        File.WriteAllBytes(_file, InjectionRecord.Write(generation, null, new FilePath("/b/config.json")));
        return InjectionRecord.Read(new FilePath(_file));
    }
}
