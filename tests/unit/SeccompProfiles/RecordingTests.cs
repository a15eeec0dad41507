using Linux;
using SeccompProfiles.Calls;
using SeccompProfiles.Recordings;

namespace UnitTests.SeccompProfiles;

public sealed class RecordingTests
{
    [Fact]
    public void Merging_adds_counts_and_keeps_the_first_evidence()
    {
        Recording later = Recordings.Of("read", "write") with
        {
            Calls = new Dictionary<CallAbi, IReadOnlyList<RecordedCall>>
            {
                [CallAbi.X8664] = [new RecordedCall("read", 5, "later", 9), new RecordedCall("write", 1, "later", 9)],
                [CallAbi.I386] = [new RecordedCall("getpid", 1, "old", 9)],
            },
        };
        Recording merged = Recordings.Of("open", "read").Merge(later);
        Assert.Equal(
            [new RecordedCall("open", 2, "sh", 7), new RecordedCall("read", 7, "sh", 7), new RecordedCall("write", 1, "later", 9)],
            merged.CallsOf(CallAbi.X8664));
        Assert.Equal(2, merged.RunCount);
        Assert.Equal(["getpid", "open", "read", "write"], merged.Names());
    }

    [Fact]
    public void A_run_says_which_calls_no_run_before_it_made()
    {
        Recording merged = Recordings.Of("read").Merge(Recordings.Of("read", "write"));
        Assert.Equal(["read"], merged.Runs[0].New);
        Assert.Equal(["write"], merged.Runs[1].New);
        Assert.Empty(merged.Merge(Recordings.Of("write")).Runs[2].New);
    }

    [Fact]
    public void Only_the_last_runs_are_kept()
    {
        Recording merged = Enumerable.Range(0, 60).Aggregate(Recordings.Of("read"), (all, _) => all.Merge(Recordings.Of("read")));
        Assert.Equal(61, merged.RunCount);
        Assert.Equal(Recording.MostRuns, merged.Runs.Count);
    }

    [Fact]
    public void A_text_is_read_as_it_was_written()
    {
        Recording recording = Recordings.Of("read", "#500").Merge(Recordings.Of("write"));
        byte[] text = RecordingJson.Write(recording);
        Assert.Equal(text, RecordingJson.Write(RecordingJson.Read(text, "x.json")));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"version":"ocihooks-seccomp/2"}""")]
    [InlineData("""{"version":"ocihooks-seccomp/1","subject":"x","architecture":"VAX","runCount":1,"runs":[],"calls":{}}""")]
    public void What_is_no_recording_is_an_error_that_names_the_file(string text)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        OciHooksException problem = Assert.Throws<OciHooksException>(() => RecordingJson.Read(bytes, "x.json"));
        Assert.StartsWith("x.json: ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_keeps_one_file_a_subject()
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("ocihooks-");
        try
        {
            var store = new RecordingStore(new FilePath(directory.FullName));
            _ = store.Add(Recordings.Of("read"));
            Assert.Equal(["read", "write"], store.Add(Recordings.Of("write")).Names());
            _ = store.Add(Recordings.Of("open") with { Subject = "../../etc/x y" });
            _ = store.Add(Recordings.Of("open") with { Subject = "sha256-1" });
            _ = store.Add(Recordings.Of("open") with { Subject = ".." });
            Assert.Equal(
                ["%2E.%2F..%2Fetc%2Fx%20y.json", "%2E..json", "sha256%3A1.json", "sha256-1.json"],
                directory.GetFiles().Select(file => file.Name).Order(StringComparer.Ordinal));
            Assert.Equal(4, store.ReadAll().Count);
            Assert.Equal(["read", "write"], store.Read("sha256:1")!.Names());
            Assert.Null(store.Read("other"));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
