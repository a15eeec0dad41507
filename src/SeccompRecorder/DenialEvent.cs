using HookEngine.Log;
using SeccompProfiles.Recordings;

namespace SeccompRecorder;

/// <summary>Tells who was denied what: in the journal, an entry for each call, and on standard error.</summary>
internal static class DenialEvent
{
    private const string Program = "seccomp-recorder";

    // syslog(3)
    private const string Warning = "4";
    private const string Notice = "5";

    internal static void Write(Denial denial)
    {
        string message = Message(denial);
        Console.Error.WriteLine($"{Program}: {message}");
        var entry = new JournalMessage();
        entry.Add("SYSLOG_IDENTIFIER", Program);
        entry.Add("PRIORITY", denial.IsEnforced ? Warning : Notice);
        entry.Add("MESSAGE", message);
        entry.Add("MESSAGE_ID", denial.IsEnforced ? MessageId.CallDenied : MessageId.CallNotAllowed);
        entry.Add("CONTAINER_ID", denial.Container);
        if (denial.Name is { } name)
        {
            entry.Add("CONTAINER_NAME", name);
        }

        entry.Add("IMAGE_NAME", denial.Image);
        entry.Add("OCIHOOKS_CALL", denial.Call);
        entry.Add("OCIHOOKS_PROCESS", denial.Process);
        entry.Add("OCIHOOKS_COUNT", $"{denial.Count}");

        // Without a journal it is in the store, and on standard error.
        _ = JournalSocket.Send(entry.Span);
    }

    private static string Message(Denial denial)
    {
        string fate = denial.IsEnforced ? "was denied" : "would be denied";
        string count = denial.Count == 1 ? "once" : $"{denial.Count} times";
        return $"{denial.Call} {fate} {count}, first to {denial.Process}, in container {denial.Name ?? denial.Container} of {denial.Image}";
    }
}
