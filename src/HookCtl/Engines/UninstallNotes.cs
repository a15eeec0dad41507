namespace HookCtl.Engines;

/// <summary>What is told of an uninstall, whatever the engine: who is left without the runtime, who gets another one, and what stays.</summary>
internal static class UninstallNotes
{
    /// <param name="request">What was asked.</param>
    /// <param name="users">The containers that use the runtime.</param>
    /// <param name="newDefault">The default runtime from now on; null if the one that goes was not it.</param>
    internal static IEnumerable<string> Of(InstallRequest request, IReadOnlyList<string> users, string? newDefault)
    {
        if (users.Count > 0)
        {
            yield return $"these containers cannot be started again, remove them and make them anew: {string.Join(", ", users)}";
        }

        if (newDefault is not null)
        {
            yield return $"containers that name no runtime get {newDefault} from now on";
        }

        if (LowLevelSetting.Chosen(request.SettingsFile) is { } runtime)
        {
            yield return $"{request.SettingsFile} still says that the wrapper calls {runtime}, whichever engine it is called by: "
                + "once no engine has the wrapper any more, \"runtime\" can go there";
        }
    }
}
