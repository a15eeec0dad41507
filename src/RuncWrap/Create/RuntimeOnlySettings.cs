using System.Runtime.InteropServices;
using System.Text;
using HookEngine.Model;
using HookEngine.Reading.Settings;
using Linux;
using Linux.Paths;
using RuncWrap.PreRuntime;

namespace RuncWrap.Create;

/// <summary>The low-level runtime that the settings name, read without failing.</summary>
internal static unsafe class RuntimeOnlySettings
{
    /// <summary>The settings for a command that must work whatever the settings file looks like: the runtime alone.</summary>
    internal static WrapperSettings Read(in Invocation invocation)
    {
        byte* candidates = stackalloc byte[RuntimeSetting.CandidatesLimit];
        var walk = new PathWalk();
        var path = new FilePath(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(invocation.SettingsPath));
        using NativeBuffer? json = walk.ReadFile(null, path, SettingsFile.SizeLimit, out string? violation, out _);
        walk.Release();
        RuntimeSetting.Find(json is null || violation is not null ? [] : json.Span, new Span<byte>(candidates, RuntimeSetting.CandidatesLimit));
        var names = new List<string>();
        for (byte* name = candidates; *name != 0;)
        {
            ReadOnlySpan<byte> text = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
            names.Add(Encoding.UTF8.GetString(text));
            name += text.Length + 1;
        }

        return new WrapperSettings { Runtime = names };
    }
}
