using HookCtl.Processes;
using HookEngine.Deciding.Lint;
using Linux;

namespace HookCtl.Commands.Doctor;

/// <summary>A runtime as an engine's settings have it.</summary>
/// <param name="Name">What its users call it.</param>
/// <param name="Path">Its program; null if that is a shim's default.</param>
/// <param name="Arguments">The arguments that the engine puts before its own.</param>
/// <param name="Type">The type of its shim, such as <c>io.containerd.runc.v2</c>; null if it has none.</param>
internal sealed record Registration(string Name, string? Path, IReadOnlyList<string> Arguments, string? Type)
{
    /// <summary>The options that its shim is given, but for the program, as JSON.</summary>
    internal string Options { get; init; } = "{}";

    private const string TypePrefix = "io.containerd.";

    /// <summary>How deep a shim's script is looked into, in bytes.</summary>
    private const int ScriptLimit = 64 * 1024;

    /// <summary>The runc-wrap it leads to; null if it leads elsewhere.</summary>
    internal string? Wrapper(Machine machine) =>
        Path is { } path ? machine.IsWrapper(path) ? path : null
        : Shim() is { } shim ? WrapperBeside(shim) ?? WrapperOfScript(machine, shim)
        : null;

    /// <summary>What is wrong with a registration of a wrapper: it is not there, is another one, or can be changed by others.</summary>
    internal static IEnumerable<Finding> Defects(string engine, string name, string wrapper, Machine machine)
    {
        var path = new FilePath(machine.Files.At(wrapper));
        if (!wrapper.StartsWith('/'))
        {
            yield return Finding.Note(
                engine, $"\"{name}\" is {wrapper}, which the engine looks for in its own PATH", "register the absolute path");
        }
        else if (!HookProgramLint.Stat(path, out _))
        {
            yield return Finding.Problem(
                engine, $"\"{name}\" is {wrapper}, which does not exist: its containers cannot be created",
                $"install it there, or register {machine.Wrapper}");
        }
        else if (!ProgramSearch.IsProgram(path))
        {
            yield return Finding.Problem(
                engine, $"\"{name}\" is {wrapper}, which cannot be executed", $"chmod a+x {wrapper}, or register {machine.Wrapper}");
        }
        else if (!machine.IsThisWrapper(wrapper))
        {
            yield return Finding.Warning(
                engine, $"\"{name}\" is {wrapper}, another one than {machine.Wrapper}",
                $"register {machine.Wrapper}, or remove one of them");
            foreach (Finding finding in ProgramFindings.OfTrust(engine, path))
            {
                yield return finding;
            }
        }
    }

    /// <summary>The shim's program, by the rule of containerd's runtime v2: <c>containerd-shim-NAME-v1</c>.</summary>
    private FilePath? Shim() =>
        Type?.Split('.') is ["io", "containerd", var name, var version] && Type.StartsWith(TypePrefix, StringComparison.Ordinal)
            ? ProgramSearch.Find($"containerd-shim-{name}-{version}")
            : null;

    /// <summary>The wrapper that OciHooks' own shim has as runc, seen from where the shim is installed; null if it is another.</summary>
    private static string? WrapperBeside(FilePath shim)
    {
        string real = new FileInfo(shim.ToString()).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? shim.ToString();
        var runc = new FileInfo(System.IO.Path.GetFullPath("../lib/ocihooks/shim/runc", System.IO.Path.GetDirectoryName(real)!));
        return runc.LinkTarget is null ? null : runc.ResolveLinkTarget(returnFinalTarget: true)?.FullName;
    }

    /// <summary>The wrapper that a shim's script names, or puts into PATH as runc by a directory it names.</summary>
    private static string? WrapperOfScript(Machine machine, FilePath script)
    {
        using NativeBuffer? text = RegularFile.Read(script, ScriptLimit, out _);
        return text is null || !text.Span.StartsWith("#!"u8) ? null
            : System.Text.Encoding.UTF8.GetString(text.Span)
                .Split([' ', '\t', '\n', '"', '\'', '=', ':', ';'], StringSplitOptions.RemoveEmptyEntries)
                .Where(word => word.StartsWith('/'))
                .SelectMany(word => (string[])[word, word + "/runc"])
                .FirstOrDefault(machine.IsWrapper);
    }
}
