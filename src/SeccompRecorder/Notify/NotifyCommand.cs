using HookEngine;
using HookEngine.Linux;

namespace SeccompRecorder.Notify;

/// <summary>Recording by notification, where eBPF is not to be had: slower, but without privileges.</summary>
internal static class NotifyCommand
{
    /// <summary>At precreate: the configuration whose calls a listener is told of. The listener is there then.</summary>
    internal static byte[] Begin(byte[] config, Arguments arguments)
    {
        if (RecordedContainer.Listener(config, arguments.Places) is { } known)
        {
            ListenerSocket.Order(known, arguments.Order);
            return config;
        }

        NotifyingProfile notifying = NotifyingProfile.Of(RecordedContainer.Profile(config) ?? ConfigurationEdit.AllowAll);
        FilePath path = ListenerSocket.NewPath(arguments.Places.State);
        byte[] edited = ConfigurationEdit.Notify(config, notifying.Profile, path);
        int socket = ListenerSocket.Create(path);
        try
        {
            ListenerProcess.Start(
                socket, [.. arguments.Order, "--socket", path.ToString(), "--not-seen", string.Join(',', notifying.NotSeen)]);
        }
        catch (OciHooksException)
        {
            Places.Remove(path);
            throw;
        }

        return edited;
    }

    /// <summary><c>seccomp-recorder listen</c>, which <see cref="Begin"/> starts.</summary>
    internal static void Listen(Arguments arguments)
    {
        FilePath path = arguments.Socket ?? throw new OciHooksException("seccomp-recorder listen is started by seccomp-recorder hook");
        using var recording = new NotifiedRecording(arguments.NotSeen);
        recording.Add([.. arguments.Order]);

        // The sooner a call is answered the less often a signal interrupts it meanwhile.
        Libc.ComeFirst();
        try
        {
            new Listener(ListenerProcess.Socket, recording).Run();
        }
        finally
        {
            Places.Remove(path);
        }
    }

    /// <summary>At poststop: waits until all is stored, and tells what there is to tell.</summary>
    /// <returns>The exit code.</returns>
    internal static int Finish(FilePath listener)
    {
        string told = ListenerSocket.Finish(listener);
        if (told.Length == 0)
        {
            return 0;
        }

        Console.Error.Write(told[1..].TrimEnd('\n') + (told.Length > 2 ? "\n" : ""));
        return told[0] == '0' ? 0 : 125;
    }
}
