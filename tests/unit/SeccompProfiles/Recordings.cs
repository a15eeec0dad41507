using SeccompProfiles.Calls;
using SeccompProfiles.Recordings;

namespace UnitTests.SeccompProfiles;

/// <summary>Recordings for tests.</summary>
internal static class Recordings
{
    /// <summary>Returns a recording of one run on 64-bit x86.</summary>
    public static Recording Of(params string[] names)
    {
        var calls = new Dictionary<CallAbi, IReadOnlyList<RecordedCall>>
        {
            [CallAbi.X8664] = [.. names.Order(StringComparer.Ordinal).Select(name => new RecordedCall(name, 2, "sh", 7))],
        };
        var run = new RecordedRun(DateTimeOffset.UnixEpoch, "c1", "app", []);
        return Recording.OfRun("sha256:1", "docker.io/library/app:1", CallAbi.X8664, run, calls);
    }
}
