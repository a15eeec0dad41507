using HookEngine.Model;
using HookEngine.Reading.Settings;
using Linux;

namespace HookCtl.Commands.Doctor;

/// <summary>The settings can be used.</summary>
internal static class SettingsCheck
{
    private const string Name = "settings";

    /// <summary>Reads them. Where they cannot be used, the other checks go by the defaults.</summary>
    internal static (Finding Finding, WrapperSettings Settings) Run(FilePath? file)
    {
        try
        {
            WrapperSettings settings = SettingsFile.Read(file);
            string shown = file?.ToString() ?? WrapperSettings.DefaultPath;
            string text = File.Exists(shown) ? $"{shown} is in effect" : $"the defaults are in effect: there is no {shown}";
            return (Finding.Ok(Name, text), settings);
        }
        catch (OciHooksException failure)
        {
            Finding problem = Finding.Of(Name, FindingSeverity.Problem, failure.Message);
            return (problem with { Text = $"no container can be created: {problem.Text}" }, new WrapperSettings());
        }
    }
}
