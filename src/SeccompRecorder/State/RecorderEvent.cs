using HookEngine.Running.Log;
using Linux.Journal;
using SeccompProfiles.Profiles;

namespace SeccompRecorder.State;

/// <summary>
/// Writes messages to the journal and to standard error: which calls were denied, and which containers could not be recorded.
/// </summary>
internal static class RecorderEvent
{
    private const string Program = "seccomp-recorder";

    // syslog(3)
    private const string Warning = "4";
    private const string Notice = "5";

    /// <summary>Reports a call that was denied or would have been denied.</summary>
    internal static void WriteDenial(Denial denial)
    {
        string fate = denial.IsEnforced ? "was denied" : "would be denied";
        string count = denial.Count == 1 ? "once" : $"{denial.Count} times";
        string whose = Words(denial.Container, denial.Name, denial.Image);
        JournalMessage entry = Begin(
            $"{denial.Call} {fate} {count}, first to {denial.Process}, in {whose}",
            denial.IsEnforced ? Warning : Notice,
            denial.IsEnforced ? MessageId.CallDenied : MessageId.CallNotAllowed);
        AddContainer(entry, denial.Container, denial.Name, denial.Image);
        entry.Add("OCIHOOKS_CALL"u8, denial.Call);
        entry.Add("OCIHOOKS_PROCESS"u8, denial.Process);
        entry.Add("OCIHOOKS_COUNT"u8, $"{denial.Count}");

        // Without a journal, the denial is still in the store and on standard error.
        _ = JournalSocket.Send(entry.Span);
    }

    /// <summary>Reports that a container is not recorded, and why. The container starts anyway: a missing recording does no harm.</summary>
    internal static void WriteNotRecorded(string id, string? name, string? image, string reason)
    {
        JournalMessage entry = Begin($"{Words(id, name, image)} is not recorded: {reason}", Warning, MessageId.NotRecorded);
        AddContainer(entry, id, name, image);
        _ = JournalSocket.Send(entry.Span);
    }

    private static JournalMessage Begin(string message, string priority, string messageId)
    {
        Console.Error.WriteLine($"{Program}: {message}");
        var entry = new JournalMessage();
        entry.Add("SYSLOG_IDENTIFIER"u8, Program);
        entry.Add("PRIORITY"u8, priority);
        entry.Add("MESSAGE"u8, message);
        entry.Add("MESSAGE_ID"u8, messageId);
        return entry;
    }

    private static void AddContainer(JournalMessage entry, string id, string? name, string? image)
    {
        entry.Add("CONTAINER_ID"u8, id);
        if (name is not null)
        {
            entry.Add("CONTAINER_NAME"u8, name);
        }

        if (image is not null)
        {
            entry.Add("IMAGE_NAME"u8, image);
        }
    }

    private static string Words(string id, string? name, string? image) =>
        $"container {name ?? id}{(image is null ? "" : $" of {image}")}";
}
