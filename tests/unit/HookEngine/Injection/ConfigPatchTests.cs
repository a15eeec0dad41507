using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HookEngine;
using HookEngine.Bundles;
using HookEngine.Edits;
using HookEngine.Injection;
using HookEngine.Linux;
using HookEngine.Matching;
using HookEngine.Rules;

namespace Tests.Unit.Injection;

/// <summary>Hooks and edits in one patch, for configurations and edits of all kinds.</summary>
public sealed class ConfigPatchTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_patch_gives_JSON_that_has_the_edits_and_can_be_taken_back_to_the_byte(int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < 500; i++)
        {
            string config = Config(random);
            byte[] json = Encoding.UTF8.GetBytes(config);
            ContainerConfig parsed = ContainerConfig.Parse(json, out _)!;
            List<PlannedEdits> edits = [.. Enumerable.Range(0, random.Next(3)).Select(_ => Planned(random))];
            List<PlannedHook> hooks = [.. Enumerable.Range(0, random.Next(3)).Select(n => Hook(random, n))];
            ConfigPatch patch;
            try
            {
                patch = ConfigPatch.Make(json, parsed, hooks, edits);
            }
            catch (OciHooksException)
            {
                continue;
            }

            byte[] patched = Edited.Bytes(json, patch.Splices);
            Check(patched, edits, config);
            foreach (Splice splice in patch.Splices)
            {
                Assert.Equal(splice.Removed, json[splice.Offset..(splice.Offset + splice.Removed.Length)]);
            }

            InjectionRecord record = Record(json, parsed, patch);
            Assert.Equal(config, Edited.Text(patched, record.EditsToUndo(patched, out _, out _)));

            // Somebody else changed the file: what was put in goes, what is theirs stays, and nothing is torn.
            byte[] changed = Reindented(patched);
            string restored = Edited.Text(changed, record.EditsToUndo(changed, out _, out _));
            Assert.Equal(Bare(config), Bare(restored));
        }
    }

    private static void Check(byte[] patched, List<PlannedEdits> edits, string config)
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

    /// <summary>A configuration without the empty lists and objects that were made to put something in.</summary>
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

    private static PlannedHook Hook(Random random, int n) =>
        new(random.Next(2) == 0 ? HookStage.Poststop : HookStage.CreateRuntime, new Hook($"/h{n}", null, null, null), null, random.Next(2) == 0);

    private static PlannedEdits Planned(Random random)
    {
        var edits = new ContainerEdits
        {
            Env = Some(random, () => $"V{random.Next(5)}=ä\"{random.Next(3)}"),
            Mounts = Some(random, () => new MountEdit("/src", "/m" + (random.Next(2) == 0 ? "" : $"/{random.Next(3)}"), "", [])),
            AdditionalGids = Some(random, () => (long)random.Next(1, 5)),
            DeviceNodes = Some(random, () => new DeviceEdit($"/dev/d{random.Next(3)}", null, "c", random.Next(1, 3), 3, "rw")),
            Annotations = [.. Some(random, () => $"k.{random.Next(4)}").Distinct().Select(key => KeyValuePair.Create(key, $"{random.Next(2)}"))],
            Seccomp = random.Next(4) == 0 ? new SeccompSource(null, """{"defaultAction":"SCMP_ACT_ALLOW"}"""u8.ToArray()) : null,
        };
        var rule = new Rule("r", new FilePath("/r"), "ocihooks/1", null, [], new Conditions(false, true, null, [], []))
        {
            Edits = new RuleEdits(edits, [], false, random.Next(3) == 0 ? OnConflict.Keep : OnConflict.Replace),
        };
        return new PlannedEdits(rule, null, edits);
    }

    private static List<T> Some<T>(Random random, Func<T> make) => [.. Enumerable.Range(0, random.Next(3)).Select(_ => make())];

    /// <summary>A configuration with any of its parts missing, null, empty or filled, with white space anywhere.</summary>
    private static string Config(Random random)
    {
        string Space() => random.Next(4) switch { 0 => " ", 1 => "\n  ", _ => "" };
        string List(Func<int, string> element) => random.Next(5) switch
        {
            0 => "null",
            1 => $"[{Space()}]",
            _ => $"[{Space()}{string.Join($"{Space()},{Space()}", Enumerable.Range(0, random.Next(1, 4)).Select(element))}{Space()}]",
        };
        string Map(params (string Key, Func<string> Value)[] members)
        {
            if (random.Next(8) == 0)
            {
                return "null";
            }

            IEnumerable<string> some = members.Where(_ => random.Next(4) > 0).OrderBy(_ => random.Next())
                .Select(member => $"{Space()}\"{member.Key}\"{Space()}:{Space()}{member.Value()}{Space()}");
            return "{" + string.Join(',', some) + "}";
        }

        return "{" + Space() + string.Join(',', new (string Key, Func<string> Value)[]
        {
            ("process", () => "{" + $"\"args\":[\"a\"],\"env\":{List(n => $"\"V{n}=\\u00e4\\\"{random.Next(3)}\"")}," +
                $"\"user\":{Map(("uid", () => "7"), ("additionalGids", () => List(n => $"{n + 1}")))}" + "}"),
            ("mounts", () => List(n => $$"""{"destination":"/m{{(n == 0 ? "" : $"/{n}")}}","source":"/s","type":"bind","options":["rbind"]}""")),
            ("annotations", () => Map(("k.0", () => "\"0\""), ("k.1", () => "\"1\""), ("x", () => "\"y\""))),
            ("linux", () => Map(
                ("devices", () => List(n => $$"""{"path":"/dev/d{{n}}","type":"c","major":1,"minor":3}""")),
                ("resources", () => Map(("devices", () => List(_ => """{"allow":false,"access":"rwm"}""")))),
                ("seccomp", () => random.Next(2) == 0 ? "null" : """{"defaultAction":"SCMP_ACT_LOG"}"""))),
            ("hooks", () => Map(("poststop", () => List(n => $$"""{"path":"/own{{n}}"}""")))),
        }.Where(_ => random.Next(6) > 0).OrderBy(_ => random.Next()).Select(member => $"\"{member.Key}\":{Space()}{member.Value()}{Space()}")) + "}\n";
    }
}
