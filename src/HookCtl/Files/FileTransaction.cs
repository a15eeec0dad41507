using HookCtl.Processes;
using Linux;

namespace HookCtl.Files;

/// <summary>Changes of files that are made together: when one fails, what comes of them is refused, or hookctl is asked to end, all are taken back.</summary>
internal sealed class FileTransaction
{
    /// <summary>For each change that was made, what takes it back, and then what takes back the copy that was made for it.</summary>
    private readonly Stack<List<FileChange>> _made = [];

    private FileTransaction()
    {
    }

    /// <summary>Makes changes.</summary>
    /// <param name="make">Makes them; what it throws takes them back, that hookctl is to end among that.</param>
    /// <returns>What it returns.</returns>
    /// <exception cref="OciHooksException">That of <paramref name="make"/>, or the files that could not be put back.</exception>
    internal static async Task<T> RunAsync<T>(Func<FileTransaction, Task<T>> make)
    {
        var transaction = new FileTransaction();
        using var delay = new TerminationDelay();
        try
        {
            return await make(transaction);
        }
        catch (Exception failure)
        {
            List<string> left = transaction.RollBack();
            if (left.Count == 0)
            {
                throw;
            }

            string what = failure is OperationCanceledException ? "it was interrupted" : failure.Message;
            throw new OciHooksException(
                $"{what}; but {string.Join(", ", left)} could not be put back: compare with the copy beside it, if there is one",
                (failure as OciHooksException)?.ExitStatus ?? OciHooksException.WrapperFailure);
        }
    }

    /// <summary>Makes a change, after one that keeps a copy of the file.</summary>
    /// <param name="change">The change.</param>
    /// <param name="copy">That of the copy; null for none.</param>
    internal void Make(FileChange change, FileChange? copy = null)
    {
        List<FileChange> back = [];
        _made.Push(back);
        foreach (FileChange step in copy is null ? [change] : (FileChange[])[copy, change])
        {
            FileChange reversed = step.Reversed;
            step.Make();
            back.Insert(0, reversed);
        }
    }

    /// <returns>The files that could not be put back. Their copies are then left.</returns>
    private List<string> RollBack()
    {
        List<string> left = [];
        foreach (List<FileChange> steps in _made)
        {
            string path = "";
            try
            {
                foreach (FileChange step in steps)
                {
                    path = step.Path;
                    step.Make();
                }
            }
            catch (OciHooksException)
            {
                left.Add(path);
            }
        }

        return left;
    }
}
