using HookCtl.Commands.Doctor;

namespace UnitTests.HookCtl.Commands.Doctor;

/// <summary>Each cause is reported once.</summary>
public sealed class FindingCausesTests
{
    private const string Advice = "take that away: chmod go-w /d";

    [Fact]
    public void What_several_checks_find_by_one_directory_is_one_finding()
    {
        IReadOnlyList<Finding> merged = FindingCauses.Merge(
        [
            Finding.Problem("wrapper", "/d/w is run as root, and others can replace it: /d can be written by everyone else", Advice),
            Finding.Problem("runtime", "/d/r is run as root, and others can replace it: /d can be written by everyone else", Advice),
            Finding.Ok("log", "fine"),
            Finding.Problem("rules", "/r/1.json: hook.path: \"/d/h\" is not to be trusted: /d can be written by everyone else", Advice),
            Finding.Problem("rules", "/r/2.json: hook.path: \"/d/h\" is not to be trusted: /d can be written by everyone else", Advice),
        ]);

        Assert.Equal(["wrapper", "log"], merged.Select(finding => finding.Check));
        Assert.Equal(
            "/d/w is run as root, and others can replace it: /d can be written by everyone else; "
            + "the same cause has 1 of runtime, 2 of rules",
            merged[0].Text);
    }

    [Fact]
    public void What_is_said_of_several_files_is_not_one_cause()
    {
        Finding[] findings =
        [
            Finding.Warning("rules", "/r/1.json: hook.timeout: is missing: the 30 s of hookTimeout apply", "give the seconds"),
            Finding.Warning("rules", "/r/2.json: hook.timeout: is missing: the 30 s of hookTimeout apply", "give the seconds"),
            Finding.Problem("wrapper", "others can replace it: /d can be written by everyone else", Advice),
            Finding.Problem("runtime", "others can replace it: /e can be written by everyone else", "take that away: chmod go-w /e"),
            Finding.Note("docker", "is so: /d", "do it"),
            Finding.Note("podman", "is so: /d", "do it"),
        ];

        Assert.Equal(findings, FindingCauses.Merge(findings));
    }

    /// <summary>The memory that is allocated measures the work.</summary>
    [Fact]
    public void Work_grows_with_the_findings()
    {
        _ = Allocated(10);
        long few = Allocated(500);

        Assert.InRange(Allocated(1000), few, 3 * few);
    }

    private static long Allocated(int count)
    {
        Finding[] findings = [.. Enumerable.Range(0, count).Select(
            number => Finding.Warning("rules", $"/r/{number}.json: is not to be trusted: /d/{number} can be written by everyone else", Advice))];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(count, FindingCauses.Merge(findings).Count);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
