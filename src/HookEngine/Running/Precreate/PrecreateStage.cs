using System.Text;
using HookEngine.Changing.Bundles;
using HookEngine.Model;
using HookEngine.Running.Supervision;
using Linux;

namespace HookEngine.Running.Precreate;

/// <summary>
/// Runs the programs that change a configuration before the container is created, oci-hooks(5) <c>precreate</c>: each gets config.json on
/// standard input and prints it as it is to be. They run under a supervisor, as other hooks do, in the bundle's directory.
/// </summary>
/// <param name="settings">What the administrator wants.</param>
/// <param name="findSupervisor">Tells the wrapper's absolute path; asked only if it is needed.</param>
public sealed unsafe class PrecreateStage(WrapperSettings settings, Func<FilePath> findSupervisor)
{
    private const int MaxLines = 20;
    private const int MaxLineBytes = 4096;

    /// <summary>What the supervisor, whose name is that of the wrapper, writes before its message.</summary>
    private const string Prefix = "runc-wrap: ";

    /// <summary>The environment of hooks that bring none.</summary>
    internal byte** Environment { get; init; }

    /// <summary>Brings back, in a program's process, what our runtime has changed of the process's state.</summary>
    internal delegate*<void> RestoreState { get; init; }

    /// <summary>Told of a program whose output is left out, and why, where its rule wants the container all the same.</summary>
    public Action<PlannedHook, string>? LeftOut { get; init; }

    /// <summary>What the programs make of a configuration.</summary>
    /// <param name="config">Its file.</param>
    /// <param name="id">The container's ID; null if it has none yet.</param>
    /// <param name="original">Its text.</param>
    /// <param name="precreateHooks">The programs, in order.</param>
    /// <returns>The text; null if it stays as it is.</returns>
    /// <exception cref="OciHooksException">One of them failed, or printed what is no configuration.</exception>
    internal NativeBuffer? Run(FilePath config, string? id, ReadOnlySpan<byte> original, IReadOnlyList<PlannedHook> precreateHooks)
    {
        FilePath supervisor = findSupervisor();
        FilePath directory = AtomicReplacement.Resolve(config.Parent, out _) ?? config.Parent;
        NativeBuffer? current = null;
        foreach (PlannedHook hook in precreateHooks)
        {
            ReadOnlySpan<byte> input = current is null ? original : current.Span;
            string source = hook.Rule!.Path.ToString();
            SupervisorOptions options = HookSupervision.Options(hook, settings, source) with
            {
                ContainerId = id ?? "",
                Bundle = directory.ToString(),
            };
            options = options with { Log = options.Log with { Stderr = false } };
            NativeBuffer? output = Run(supervisor, directory, options, hook.Hook, input, out string? failure);
            string? defect = output is null || output.Span.SequenceEqual(input) ? null : PrecreateOutput.FindProblem(output.Span);
            if (output is not null && defect is null)
            {
                current?.Dispose();
                current = output;
                continue;
            }

            output?.Dispose();
            if (defect is not null)
            {
                failure = $"precreate hook {hook.Hook.Path} ({source}) printed what is no configuration: {defect}";
            }

            if (options.OnFailure == HookFailurePolicy.Abort)
            {
                current?.Dispose();
                throw new OciHooksException($"{config}: {failure}; fix the program, or let the rule's onFailure be \"continue\"");
            }

            // Of a failure the supervisor has told.
            if (defect is not null)
            {
                LeftOut?.Invoke(hook, failure + "; its output is left out, onFailure or onHookFailure being \"continue\"");
            }
        }

        return current;
    }

    private NativeBuffer? Run(
        FilePath supervisor, FilePath directory, SupervisorOptions options, Hook hook, ReadOnlySpan<byte> input, out string? failure)
    {
        using var arguments = new NativeStrings(options.Arguments(hook));
        using NativeStrings? environment = hook.Env is { Count: > 0 } own ? new NativeStrings(own) : null;
        var program = new PrecreateProgram
        {
            Path = supervisor,
            Directory = directory,
            Arguments = arguments.Pointer,
            Environment = environment is null ? Environment : environment.Pointer,
            Prepare = RestoreState,
        };
        TimeSpan timeout = options.Timeout + options.KillGrace + HookSupervision.Margin;
        using PrecreateProcess process = PrecreateProcess.Run(program, input, BundleConfig.SizeLimit, timeout);
        string subject = $"precreate hook {hook.Path} ({options.Rule})";
        failure = process.IsTooLong ? $"{subject} printed more than the {BundleConfig.SizeLimit} bytes allowed"
            : process.Status == 0 ? null
            : ReportedFailure(process.Error) ?? $"{subject} failed, and its supervisor could not tell how";
        return failure is null ? process.TakeOutput() : null;
    }

    /// <summary>What a supervisor says last, and before it what the hook wrote to standard error; null if it says nothing.</summary>
    private static string? ReportedFailure(ReadOnlySpan<byte> error)
    {
        string[] lines = Encoding.UTF8.GetString(error).TrimEnd('\n').Split('\n');
        if (!lines[^1].StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        string message = lines[^1][Prefix.Length..];
        string written = string.Join(" | ", lines[..^1].TakeLast(MaxLines));
        return written.Length == 0 ? message : $"{message}, having written: {written[Math.Max(written.Length - MaxLineBytes, 0)..]}";
    }
}
