namespace HookCtl.Doctor;

/// <summary>Tells somebody who waits at a terminal what for.</summary>
internal static class Progress
{
    /// <summary>What takes no longer than that needs no telling, in milliseconds.</summary>
    private const int Patience = 200;

    /// <summary>Waits for a task's end, with a line on standard error, if that is a terminal, which is gone afterwards.</summary>
    internal static void Show(string what, Task task)
    {
        if (Console.IsErrorRedirected || task.Wait(Patience))
        {
            task.Wait();
            return;
        }

        Console.Error.Write(what);
        task.Wait();
        Console.Error.Write("\r" + new string(' ', what.Length) + "\r");
    }
}
