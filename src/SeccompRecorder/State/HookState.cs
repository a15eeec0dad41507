using System.Text.Json;
using Linux;

namespace SeccompRecorder.State;

/// <summary>The state that the runtime passes to a hook on standard input; OCI runtime specification, "State".</summary>
/// <param name="Id">The container's ID.</param>
/// <param name="Pid">The container's first process; 0 if there is none any more.</param>
/// <param name="Bundle">The bundle's directory.</param>
/// <param name="IsStopped">
/// Whether the state says that the container has ended. On a restore, runc also says so to createRuntime hooks, for a container that has a
/// process.
/// </param>
/// <param name="TraceRequest">The annotation that asks for a recording, as in oci-seccomp-bpf-hook; null if it is missing.</param>
internal sealed record HookState(string Id, int Pid, string Bundle, bool IsStopped, string? TraceRequest)
{
    /// <summary>Whether the container has ended.</summary>
    internal bool IsEnded => IsStopped && Pid <= 0;

    private const string TraceAnnotation = "io.containers.trace-syscall";

    /// <summary>Reads a state from JSON.</summary>
    /// <exception cref="OciHooksException">The text is not a state.</exception>
    internal static HookState Parse(byte[] text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            JsonElement root = document.RootElement;
            return new HookState(
                root.GetProperty("id").GetString() ?? "",
                root.TryGetProperty("pid", out JsonElement pid) ? pid.GetInt32() : 0,
                root.GetProperty("bundle").GetString() ?? "",
                root.TryGetProperty("status", out JsonElement status) && status.GetString() == "stopped",
                root.TryGetProperty("annotations", out JsonElement annotations) && annotations.ValueKind == JsonValueKind.Object
                    && annotations.TryGetProperty(TraceAnnotation, out JsonElement order) ? order.GetString() : null);
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new OciHooksException($"standard input: is no state of a container: {problem.Message}; call this as a hook");
        }
    }

    /// <summary>Reads standard input to its end.</summary>
    /// <exception cref="OciHooksException">Standard input cannot be read to its end.</exception>
    internal static unsafe byte[] ReadInput()
    {
        var input = new List<byte>();
        byte* part = stackalloc byte[4096];
        nint count;
        while ((count = Libc.Read(0, part, 4096)) > 0)
        {
            input.AddRange(new ReadOnlySpan<byte>(part, (int)count));
        }

        return count == 0 ? [.. input] : throw new OciHooksException($"standard input {FileError.FromErrno("cannot be read").Text}; call this as a hook");
    }
}
