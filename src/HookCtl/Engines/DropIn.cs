using System.Text;
using HookCtl.Files;
using HookCtl.Toml;
using Json;
using Linux;

namespace HookCtl.Engines;

/// <summary>A file of hookctl's own in a directory of an engine's settings, known by its first line.</summary>
/// <param name="Path">The file.</param>
/// <param name="Engine">The engine.</param>
/// <param name="Name">The runtime that it registers.</param>
/// <param name="Own">What hookctl writes there.</param>
internal sealed record DropIn(string Path, string Engine, string Name, InstalledSettings Own)
{
    private byte[] Head => Encoding.UTF8.GetBytes($"# Written by hookctl; this takes it away: hookctl uninstall {Engine} --name {Name}\n");

    /// <summary>Its content; null if there is none.</summary>
    /// <exception cref="OciHooksException">hookctl did not write it for the runtime, or somebody has added something.</exception>
    internal byte[]? Read()
    {
        byte[]? content = FileChange.Read(Path);
        return content is null || IsOurs(content)
            ? content
            : throw new OciHooksException(
                $"{Path}: hookctl did not write it for the runtime {Name}; it is left as it is: "
                + "uninstall the runtime that it names, or move it away");
    }

    /// <summary>The change that makes it, or brings it up to date.</summary>
    internal FileChange Write(string settings) => new(Path, Read(), [.. Head, .. Encoding.UTF8.GetBytes(settings)]) { IsOurs = true };

    /// <summary>The change that removes it; none if it is not there, or registers another runtime.</summary>
    /// <exception cref="OciHooksException">Somebody has added something.</exception>
    internal FileChange Remove()
    {
        byte[]? before = FileChange.Read(Path);
        return new FileChange(Path, before, before is not null && IsOurs(before) ? null : before) { IsOurs = true };
    }

    private bool IsOurs(byte[] content)
    {
        bool isOurs = content.AsSpan().StartsWith(Head);
        if (isOurs)
        {
            var text = TomlText.Parse(Path, content);
            Own.CheckThatAllIsOurs(Path, text, new TextRange(0, text.Characters.Length), "to another file");
        }

        return isOurs;
    }
}
