using HookEngine;
using HookEngine.Linux;

namespace SeccompRecorder;

/// <summary>Starts and stops of recordings happen one after another.</summary>
internal static class Turn
{
    private const int Patience = 10_000;

    internal static DirectoryLock Take(FilePath state)
    {
        DirectoryLock turn = DirectoryLock.Take(state, Patience);
        if (turn.IsHeldByOthers)
        {
            turn.Dispose();
            throw new OciHooksException(
                $"{state}: another recording has begun or ended for {Patience / 1000} s; see what holds it up: fuser {DirectoryLock.File}");
        }

        return turn;
    }
}
