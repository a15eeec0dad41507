using HookEngine.Log;
using SeccompProfiles.Recordings;

namespace SeccompRecorder;

/// <summary>What is told in the journal and on standard error: who was denied what, and who could not be recorded.</summary>
internal static class RecorderEvent
{
    private const string Program = "seccomp-recorder";

    // syslog(3)
    private const string Warning = "4";
    private const string Notice = "5";

    /// <summary>Tells of a call that was denied, or would have been.</summary>
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
        entry.Add("OCIHOOKS_CALL", denial.Call);
        entry.Add("OCIHOOKS_PROCESS", denial.Process);
        entry.Add("OCIHOOKS_COUNT", $"{denial.Count}");

        // Without a journal it is in the store, and on standard error.
        _ = JournalSocket.Send(entry.Span);
    }

    /// <summary>Tells that nothing is kept of a container, and why. It starts all the same: a record that is missing harms nobody.</summary>
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
        entry.Add("SYSLOG_IDENTIFIER", Program);
        entry.Add("PRIORITY", priority);
        entry.Add("MESSAGE", message);
        entry.Add("MESSAGE_ID", messageId);
        return entry;
    }

    private static void AddContainer(JournalMessage entry, string id, string? name, string? image)
    {
        entry.Add("CONTAINER_ID", id);
        if (name is not null)
        {
            entry.Add("CONTAINER_NAME", name);
        }

        if (image is not null)
        {
            entry.Add("IMAGE_NAME", image);
        }
    }

    private static string Words(string id, string? name, string? image) =>
        $"container {name ?? id}{(image is null ? "" : $" of {image}")}";
}
