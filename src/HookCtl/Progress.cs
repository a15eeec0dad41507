namespace HookCtl;

/// <summary>Tells somebody who waits at a terminal what for.</summary>
internal static class Progress
{
    /// <summary>What takes no longer than that needs no telling, in milliseconds.</summary>
    private const int Patience = 200;

    /// <summary>Does something that may take long, and tells so.</summary>
    internal static T While<T>(string what, Func<T> work)
    {
        var task = Task.Run(work);
        Show(what, task);
        return task.GetAwaiter().GetResult();
    }

    /// <summary>Waits for a task's end, with a line on standard error, if that is a terminal, which is gone afterwards.</summary>
    internal static void Show(string what, Task task)
    {
        // A failure is for whoever takes the result.
        Task end = Task.WhenAny(task);
        if (Console.IsErrorRedirected || end.Wait(Patience))
        {
            end.Wait();
            return;
        }

        Console.Error.Write(what);
        end.Wait();
        Console.Error.Write("\r" + new string(' ', what.Length) + "\r");
    }
}
