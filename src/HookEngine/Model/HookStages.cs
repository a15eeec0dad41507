namespace HookEngine.Model;

/// <summary>The names that <see cref="HookStage"/> has in config.json and in rules.</summary>
public static class HookStages
{
    private const string PrecreateName = "precreate";

    private static readonly string[] s_names =
        ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];

    private static readonly string[] s_extendedNames = [PrecreateName, .. s_names[1..]];

    private static readonly string[] s_sharedNames = [PrecreateName, .. s_names];

    /// <summary>All names that config.json knows, in the order in which the stages run.</summary>
    public static IReadOnlyList<string> Names => s_names;

    /// <summary>All names that rules of format <c>ocihooks/1</c> know, in the order in which the stages run.</summary>
    public static IReadOnlyList<string> ExtendedNames => s_extendedNames;

    /// <summary>All names that rules of the formats 1.0.0 and 0.1.0 know: those of config.json, and what Podman adds.</summary>
    public static IReadOnlyList<string> SharedNames => s_sharedNames;

    /// <summary>The stage's name as the specification spells it.</summary>
    public static string Name(this HookStage stage) => stage == HookStage.Precreate ? PrecreateName : s_names[(int)stage];

    /// <summary>The stage that config.json calls so, in exactly that spelling; null if there is none.</summary>
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

    /// <summary>The stage that rules of format <c>ocihooks/1</c> call so; null if there is none.</summary>
    internal static HookStage? ParseExtended(string name) => ParseShared(name) is { } stage and not HookStage.Prestart ? stage : null;

    /// <summary>The stage that rules of the formats 1.0.0 and 0.1.0 call so; null if there is none.</summary>
    internal static HookStage? ParseShared(string name) => name == PrecreateName ? HookStage.Precreate : Parse(name);

    /// <summary>The stage of that name in whatever case, as Go reads keys; null if there is none.</summary>
    internal static HookStage? ParseFolded(string name)
    {
        int index = Array.FindIndex(s_names, known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
        return index < 0 ? null : (HookStage)index;
    }
}
