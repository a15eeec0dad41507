using Linux;

namespace SeccompRecorder.State;

/// <summary>The lock that makes recordings start and stop one after another.</summary>
internal static class RecorderLock
{
    private const int Timeout = 10_000;

    internal static DirectoryLock Acquire(FilePath state)
    {
        DirectoryLock recorderLock = DirectoryLock.Acquire(state, Timeout);
        if (recorderLock.IsHeldByOthers)
        {
            recorderLock.Dispose();
            throw new OciHooksException(
                $"{state}: another recording has begun or ended for {Timeout / 1000} s; see what holds it up: fuser {DirectoryLock.File}");
        }

        return recorderLock;
    }
}
