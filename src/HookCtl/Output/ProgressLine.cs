namespace HookCtl.Output;

/// <summary>Tells somebody who waits at a terminal what for.</summary>
internal static class ProgressLine
{
    /// <summary>What takes no longer than that is not announced, in milliseconds.</summary>
    private const int Delay = 200;

    /// <summary>Does something that may take long, and tells so.</summary>
    internal static Task<T> WhileAsync<T>(string what, Func<Task<T>> work) => WhileAsync(what, Task.Run(work));

    /// <summary>Waits for a task's end, with a line on standard error, if that is a terminal, which is gone afterwards.</summary>
    internal static async Task<T> WhileAsync<T>(string what, Task<T> task)
    {
        if (!Console.IsErrorRedirected && await Task.WhenAny(task, Task.Delay(Delay)) != task)
        {
            Console.Error.Write(what);
            await Task.WhenAny(task);
            Console.Error.Write("\r" + new string(' ', what.Length) + "\r");
        }

        return await task;
    }
}
