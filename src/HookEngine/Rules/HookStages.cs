namespace HookEngine.Rules;

/// <summary>The names that <see cref="HookStage"/> has in config.json and in rules.</summary>
public static class HookStages
{
    private static readonly string[] s_names =
        ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];

    private static readonly string[] s_ownNames = ["precreate", .. s_names[1..]];

    /// <summary>All names that config.json knows, in the order in which the stages run.</summary>
    public static IReadOnlyList<string> Names => s_names;

    /// <summary>All names that rules of format <c>ocihooks/1</c> know, in the order in which the stages run.</summary>
    public static IReadOnlyList<string> OwnNames => s_ownNames;

    /// <summary>The stage's name as the specification spells it.</summary>
    public static string Name(this HookStage stage) => stage == HookStage.Precreate ? s_ownNames[0] : s_names[(int)stage];

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
    internal static HookStage? ParseOwn(string name) =>
        name == s_ownNames[0] ? HookStage.Precreate
        : Parse(name) is { } stage and not HookStage.Prestart ? stage
        : null;

    /// <summary>The stage of that name in whatever case, as Go reads keys; null if there is none.</summary>
    internal static HookStage? ParseFolded(string name)
    {
        int index = Array.FindIndex(s_names, known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
        return index < 0 ? null : (HookStage)index;
    }
}
