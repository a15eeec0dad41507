using Tomlyn.Syntax;

namespace HookCtl.Toml;

/// <summary>How strings and keys are written as TOML.</summary>
internal static class TomlString
{
    /// <summary>A string in quotes. Control characters are written as escapes.</summary>
    internal static string Quote(string text) => new StringValueSyntax(text).ToString();

    /// <summary>A key, in quotes if it needs them.</summary>
    internal static string QuoteName(string name) => BareKeySyntax.IsBareKey(name) ? name : Quote(name);
}
