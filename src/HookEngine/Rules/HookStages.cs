namespace HookEngine.Rules;

/// <summary>The names that <see cref="HookStage"/> has in config.json and in rules.</summary>
public static class HookStages
{
    private static readonly string[] s_names =
        ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];

    /// <summary>All names, in the order in which the stages run.</summary>
    public static IReadOnlyList<string> Names => s_names;

    /// <summary>The stage's name as the specification spells it.</summary>
    public static string Name(this HookStage stage) => s_names[(int)stage];

    /// <summary>The stage of that name, in exactly that spelling; null if there is none.</summary>
    public static HookStage? Parse(string name)
    {
        int index = Array.IndexOf(s_names, name);
        return index < 0 ? null : (HookStage)index;
    }

    /// <summary>The stage of that name in whatever case, as Go reads keys; null if there is none.</summary>
    internal static HookStage? ParseFolded(string name)
    {
        int index = Array.FindIndex(s_names, known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
        return index < 0 ? null : (HookStage)index;
    }
}
