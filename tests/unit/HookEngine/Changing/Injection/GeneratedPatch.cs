using System.Text.Json;
using FsCheck;
using HookEngine.Model;
using Linux;

namespace UnitTests.HookEngine.Changing.Injection;

/// <summary>
/// A configuration with any of its parts missing, null, empty or filled, with white space anywhere, and the parts to add to it.
/// </summary>
public sealed class GeneratedPatch
{
    private readonly int[] _numbers;
    private readonly Choices _choices;

    private GeneratedPatch(int[] numbers)
    {
        _numbers = numbers;
        _choices = new Choices(numbers);
        Edits = _choices.Some(2, _ => Planned());
        Hooks = _choices.Some(2, Hook);
        Config = SomeConfig();
    }

    internal string Config { get; }

    internal IReadOnlyList<PlannedEdits> Edits { get; }

    internal IReadOnlyList<PlannedHook> Hooks { get; }

    public static Arbitrary<GeneratedPatch> Any() => Choices.Making(numbers => new GeneratedPatch(numbers), made => made._numbers);

    public override string ToString() => string.Join('\n',
    [
        Config,
        .. Hooks.Select(hook => $"{hook.Stage} {hook.Hook.Path}{(hook.First ? " first" : "")}"),
        .. Edits.Select(edits => $"{edits.Rule.Edits!.OnConflict} {JsonSerializer.Serialize(edits.Edits)}"),
    ]);

    private PlannedHook Hook(int n) =>
        new(_choices.OneIn(2) ? HookStage.Poststop : HookStage.CreateRuntime, new Hook($"/h{n}", null, null, null), null, _choices.OneIn(2));

    private PlannedEdits Planned()
    {
        var edits = new ContainerEdits
        {
            Env = _choices.Some(2, _ => $"V{_choices.Below(5)}=ä\"{_choices.Below(3)}"),
            Mounts = _choices.Some(2, _ => new MountEdit("/src", "/m" + (!_choices.OneIn(2) ? "" : $"/{_choices.Below(3)}"), "", [])),
            AdditionalGids = _choices.Some(2, _ => 1L + _choices.Below(4)),
            DeviceNodes = _choices.Some(2, _ => new DeviceEdit($"/dev/d{_choices.Below(3)}", null, "c", 1 + _choices.Below(2), 3, "rw")),
            Annotations = [.. _choices.Some(2, _ => $"k.{_choices.Below(4)}").Distinct().Select(key => KeyValuePair.Create(key, $"{_choices.Below(2)}"))],
            Seccomp = _choices.OneIn(4) ? new SeccompSource(null, """{"defaultAction":"SCMP_ACT_ALLOW"}"""u8.ToArray()) : null,
        };
        var rule = new Rule("r", new FilePath("/r"), "ocihooks/1", null, [], new Conditions(false, true, null, [], []))
        {
            Edits = new RuleEdits(edits, [], false, _choices.OneIn(3) ? OnConflict.Keep : OnConflict.Replace),
        };
        return new PlannedEdits(rule, null, edits);
    }

    private string SomeConfig()
    {
        string Space() => _choices.Below(4) switch { 3 => " ", 2 => "\n  ", _ => "" };
        string List(Func<int, string> element) => _choices.Below(5) switch
        {
            0 => "null",
            1 => $"[{Space()}]",
            _ => $"[{Space()}{string.Join($"{Space()},{Space()}", Enumerable.Range(0, 1 + _choices.Below(3)).Select(element))}{Space()}]",
        };
        string Map(params (string Key, Func<string> Value)[] members)
        {
            if (_choices.OneIn(8))
            {
                return "null";
            }

            IEnumerable<string> some = _choices.Shuffled(members.Where(_ => _choices.Below(4) > 0))
                .Select(member => $"{Space()}\"{member.Key}\"{Space()}:{Space()}{member.Value()}{Space()}");
            return "{" + string.Join(',', some) + "}";
        }

        (string Key, Func<string> Value)[] parts =
        [
            ("process", () => "{" + $"\"args\":[\"a\"],\"env\":{List(n => $"\"V{n}=\\u00e4\\\"{_choices.Below(3)}\"")}," +
                $"\"user\":{Map(("uid", () => "7"), ("additionalGids", () => List(n => $"{n + 1}")))}" + "}"),
            ("mounts", () => List(n => $$"""{"destination":"/m{{(n == 0 ? "" : $"/{n}")}}","source":"/s","type":"bind","options":["rbind"]}""")),
            ("annotations", () => Map(("k.0", () => "\"0\""), ("k.1", () => "\"1\""), ("x", () => "\"y\""))),
            ("linux", () => Map(
                ("devices", () => List(n => $$"""{"path":"/dev/d{{n}}","type":"c","major":1,"minor":3}""")),
                ("resources", () => Map(("devices", () => List(_ => """{"allow":false,"access":"rwm"}""")))),
                ("seccomp", () => _choices.OneIn(2) ? "null" : """{"defaultAction":"SCMP_ACT_LOG"}"""))),
            ("hooks", () => Map(("poststop", () => List(n => $$"""{"path":"/own{{n}}"}""")))),
        ];
        return "{" + Space() + string.Join(',', _choices.Shuffled(parts.Where(_ => _choices.Below(6) > 0))
            .Select(member => $"\"{member.Key}\":{Space()}{member.Value()}{Space()}")) + "}\n";
    }
}
