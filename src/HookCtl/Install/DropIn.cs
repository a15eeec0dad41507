using System.Text;
using HookEngine;

namespace HookCtl.Install;

/// <summary>A file of hookctl's own in a directory of an engine's settings, known by its first line.</summary>
internal static class DropIn
{
    /// <summary>The change that makes it; none if it is there. What was made the default stays it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="engine">The engine.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="settings">The settings, with the runtime as the default or not.</param>
    internal static FileChange Make(string path, string engine, InstallRequest request, Func<bool, string> settings) =>
        Write(path, engine, request, before =>
        {
            byte[] byDefault = Text(engine, request.Name, settings(true));
            return settings(request.MakeDefault || byDefault.AsSpan().SequenceEqual(before));
        });

    /// <summary>As <see cref="Make"/>, with settings that are made from the file as it is, if there is one.</summary>
    internal static FileChange Write(string path, string engine, InstallRequest request, Func<byte[]?, string> settings)
    {
        byte[]? before = FileChange.Read(path);
        return before is null || IsOurs(before, engine, request.Name)
            ? new FileChange(path, before, Text(engine, request.Name, settings(before))) { IsOurs = true }
            : throw new OciHooksException(
                $"{path}: hookctl did not write it for the runtime {request.Name}; it is left as it is: "
                + "uninstall the runtime that it names, or move it away");
    }

    /// <summary>The change that removes it; none if it is not there, or registers another runtime.</summary>
    internal static FileChange Remove(string path, string engine, string name)
    {
        byte[]? before = FileChange.Read(path);
        return new FileChange(path, before, before is not null && IsOurs(before, engine, name) ? null : before) { IsOurs = true };
    }

    private static byte[] Text(string engine, string name, string settings) => Encoding.UTF8.GetBytes(Head(engine, name) + settings);

    private static bool IsOurs(byte[] text, string engine, string name) =>
        text.AsSpan().StartsWith(Encoding.UTF8.GetBytes(Head(engine, name)));

    private static string Head(string engine, string name) =>
        $"# Written by hookctl; this takes it away: hookctl uninstall {engine} --name {name}\n";
}
