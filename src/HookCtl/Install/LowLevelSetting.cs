using System.Text.Json;
using HookEngine;
using HookEngine.Injection;
using HookEngine.Settings;

namespace HookCtl.Install;

/// <summary>The setting <c>runtime</c>, written where it is not set yet.</summary>
internal static class LowLevelSetting
{
    private const string Key = "runtime";

    /// <summary>The change that sets it; none if it is so.</summary>
    internal static FileChange Set(string file, string runtime)
    {
        byte[]? before = FileChange.Read(file);
        if (before is null)
        {
            return new FileChange(file, null, [.. "{\n  "u8, .. System.Text.Encoding.UTF8.GetBytes(
                new JsonLayout("\n", true, "  ", "  ", true).Member(Key, new JsonValueText(runtime))), .. "\n}\n"u8]);
        }

        WrapperSettings settings = SettingsFile.Parse(file, before);
        JsonObjectText root = JsonObjectText.Root(before, trailingCommas: true)!;
        if (root.Members.Any(member => member.Key.Equals(Key, StringComparison.OrdinalIgnoreCase) && member.Type != JsonTokenType.Null))
        {
            return settings.Runtime is [var single] && single == runtime
                ? new FileChange(file, before, before)
                : throw new OciHooksException(
                    $"{file}: {Key} is set to {string.Join(", ", settings.Runtime)}; it is left as it is: "
                    + "change it there, or leave --low-level out");
        }

        List<Splice> splices = root.Add(Key, new JsonValueText(runtime), null);
        byte[] after = new byte[Splice.LengthAfter(before.Length, splices)];
        Splice.Apply(before, splices, after);
        return new FileChange(file, before, after);
    }
}
