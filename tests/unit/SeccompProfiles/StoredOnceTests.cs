using Linux;
using SeccompProfiles.Calls;
using SeccompProfiles.Profiles;
using SeccompProfiles.Recordings;

namespace UnitTests.SeccompProfiles;

/// <summary>A run that is stored again, as after a kill before the first storing was noted, is stored once.</summary>
public sealed class StoredOnceTests : IDisposable
{
    private static readonly DateTimeOffset s_begun = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("ocihooks-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_run_is_known_by_its_container_and_its_beginning()
    {
        var store = new RecordingStore(new FilePath(_directory));
        Assert.Equal(1, store.Add(Run("c1", s_begun)).RunCount);
        Assert.Equal(1, store.Add(Run("c1", s_begun)).RunCount);
        Assert.Equal(2, store.Add(Run("c1", s_begun.AddMilliseconds(1))).RunCount);
        Assert.Equal(3, store.Add(Run("c2", s_begun)).RunCount);
        Assert.Equal(6, store.Read("sha256:1")!.CallsOf(CallAbi.X8664)[0].Count);
    }

    [Fact]
    public void A_run_without_a_beginning_as_of_version_0_1_is_none_that_is_known()
    {
        var store = new RecordingStore(new FilePath(_directory));
        Assert.Equal(1, store.Add(Run("c1", null)).RunCount);
        Assert.Equal(2, store.Add(Run("c1", null)).RunCount);
    }

    [Fact]
    public void A_denial_is_noted_once_a_run()
    {
        var log = new DenialLog(new FilePath(_directory));
        var denial = new Denial(s_begun, "app", "c1", null, "mount", "sh", 3, IsEnforced: false) { Begun = s_begun };
        log.Add([denial]);
        log.Add([denial, denial with { Call = "umount" }]);
        log.Add([denial with { Begun = s_begun.AddSeconds(1) }]);
        Assert.Equal(["mount", "umount", "mount"], log.Read().Select(known => known.Call));
    }

    [Fact]
    public void A_run_begins_with_a_program()
    {
        Assert.True(Recordings.Of("execve", "read").HasExecuted);
        Assert.True(Recordings.Of("execveat").HasExecuted);
        Assert.False(Recordings.Of("close", "prctl").HasExecuted);
        Assert.False(Recordings.Of().HasExecuted);
    }

    private static Recording Run(string container, DateTimeOffset? begun) => Recording.OfRun(
        "sha256:1", null, CallAbi.X8664, new RecordedRun(s_begun.AddHours(1), container, null, []) { Begun = begun }, Recordings.Of("read").Calls);
}
