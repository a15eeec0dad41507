using HookEngine.Model;
using HookEngine.Reading.Edits;
using Json;

namespace HookEngine.Reading.Rules;

/// <summary>Reads the fields of a rule of format <c>ocihooks/1</c> that change more than hooks.</summary>
internal sealed class RuleEditsReader
{
    internal static readonly string[] Names = ["edits", "cdi", "cdiAnnotations", "onConflict"];

    private static readonly string[] s_onConflict = ["fail", "keep", "replace"];

    private ContainerEdits? _own;
    private List<string>? _devices;
    private bool? _fromAnnotations;
    private OnConflict? _onConflict;

    /// <summary>Whether the rule has edits.</summary>
    internal bool IsGiven => _own is not null || _devices is not null || _fromAnnotations == true;

    /// <summary>The edits; null if the rule has none.</summary>
    internal RuleEdits? Edits =>
        IsGiven ? new RuleEdits(_own ?? new ContainerEdits(), _devices ?? [], _fromAnnotations ?? false, _onConflict ?? OnConflict.Fail) : null;

    /// <summary>Whether the rule has onConflict but no edits.</summary>
    internal bool IsPointless => _onConflict is not null && !IsGiven;

    /// <summary>Reads the value of a field. Returns false, and reads nothing, if it is not one of <see cref="Names"/>.</summary>
    internal bool TryRead(ref GoDecoder decoder, string name)
    {
        switch (name)
        {
            case "edits":
                _own = EditsReader.Read(ref decoder, name, isOwn: true);
                decoder.AddProblemIf(name, _own.IsEmpty && decoder.Problems.Count == 0, "is empty; give edits");
                return true;
            case "cdi":
                ReadDevices(ref decoder);
                return true;
            case "cdiAnnotations":
                decoder.ReadBoolean(name, ref _fromAnnotations);
                return true;
            case "onConflict":
                string? word = null;
                decoder.ReadString(name, ref word);
                int index = Array.IndexOf(s_onConflict, word);
                decoder.AddProblemIf(name,
                    word is not null && index < 0,
                    $"is \"{word}\"; it must be one of {string.Join(", ", s_onConflict)}");
                _onConflict = (OnConflict)Math.Max(index, 0);
                return true;
            default:
                return false;
        }
    }

    private void ReadDevices(ref GoDecoder decoder)
    {
        decoder.ReadStrings("cdi", ref _devices);
        for (int i = 0; i < _devices?.Count; i++)
        {
            decoder.AddProblemIf($"cdi[{i}]",
                CdiDeviceName.Parse(_devices[i]) is null,
                $"\"{_devices[i]}\" is no device; {CdiDeviceName.Advice}");
        }

        decoder.AddProblemIf("cdi", _devices is { Count: 0 }, "is empty; list devices");
    }
}
