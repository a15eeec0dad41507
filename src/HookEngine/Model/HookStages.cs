namespace HookEngine.Model;

/// <summary>The names of each <see cref="HookStage"/> in config.json and in rules.</summary>
public static class HookStages
{
    private const string PrecreateName = "precreate";

    private static readonly string[] s_names =
        ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];

    private static readonly string[] s_extendedNames = [PrecreateName, .. s_names[1..]];

    private static readonly string[] s_sharedNames = [PrecreateName, .. s_names];

    /// <summary>All names in config.json, in the order in which the stages run.</summary>
    public static IReadOnlyList<string> Names => s_names;

    /// <summary>All names in rules of format <c>ocihooks/1</c>, in the order in which the stages run.</summary>
    public static IReadOnlyList<string> ExtendedNames => s_extendedNames;

    /// <summary>All names in rules of the formats 1.0.0 and 0.1.0: those of config.json, and Podman's extension.</summary>
    public static IReadOnlyList<string> SharedNames => s_sharedNames;

    /// <summary>Returns the stage's name as the specification spells it.</summary>
    public static string Name(this HookStage stage) => stage == HookStage.Precreate ? PrecreateName : s_names[(int)stage];

    /// <summary>Returns the stage with this name in config.json, in exactly this spelling; null if there is none.</summary>
    public static HookStage? Parse(string name)
    {
        // Array.IndexOf takes eight times as long.
        for (int i = 0; i < s_names.Length; i++)
        {
            if (s_names[i] == name)
            {
                return (HookStage)i;
            }
        }

        return null;
    }

    /// <summary>Returns the stage with this name in rules of format <c>ocihooks/1</c>; null if there is none.</summary>
    internal static HookStage? ParseExtended(string name) => ParseShared(name) is { } stage and not HookStage.Prestart ? stage : null;

    /// <summary>Returns the stage with this name in rules of the formats 1.0.0 and 0.1.0; null if there is none.</summary>
    internal static HookStage? ParseShared(string name) => name == PrecreateName ? HookStage.Precreate : Parse(name);

    /// <summary>Returns the stage with this name in config.json in any case, as Go reads keys; null if there is none.</summary>
    internal static HookStage? ParseFolded(string name)
    {
        int index = Array.FindIndex(s_names, known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
        return index < 0 ? null : (HookStage)index;
    }
}
