using System.CommandLine;
using HookEngine.Model;
using HookEngine.Reading.Settings;
using Linux;

namespace HookCtl.Commands;

/// <summary>The options that every command takes.</summary>
internal static class GlobalOptions
{
    /// <summary><c>--config FILE</c></summary>
    internal static readonly Option<string?> Config = new("--config")
    {
        Description = $"The settings (default {WrapperSettings.DefaultPath})",
        HelpName = "FILE",
        Recursive = true,
    };

    /// <summary><c>--json</c></summary>
    internal static readonly Option<bool> Json = new("--json")
    {
        Description = "Write JSON, for programs",
        Recursive = true,
    };

    /// <summary>The settings that a command line names.</summary>
    /// <exception cref="Linux.OciHooksException">They cannot be read.</exception>
    internal static WrapperSettings ReadSettings(ParseResult line) =>
        SettingsFile.Read(line.GetValue(Config) is { } file ? new FilePath(file) : null);
}
