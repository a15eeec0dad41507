using Linux;

namespace UnitTests.Linux;

/// <summary>
/// The advice on a file error must be safe to follow. Nobody should remove a rule because the machine is short of something.
/// </summary>
public sealed class FileErrorTests
{
    private const string ReplaceInvalid = "fix it, or take it out";

    [Theory]
    [InlineData(Libc.EMFILE, false)]
    [InlineData(Libc.EIO, false)]
    [InlineData(Libc.ESTALE, false)]
    [InlineData(Libc.EBUSY, false)]
    [InlineData(Libc.EACCES, true)]
    [InlineData(Libc.EPERM, true)]
    [InlineData(Libc.ENOTDIR, true)]
    [InlineData(Libc.ELOOP, true)]
    [InlineData(Libc.ENOENT, true)]
    [InlineData(0, true)]
    public void A_file_is_to_be_changed_only_if_it_is_the_files_fault(int number, bool isFiles)
    {
        string advice = new FileError("cannot be read", number).Advice(ReplaceInvalid);

        Assert.Equal(isFiles ? ReplaceInvalid : "see to it that it can be read, and try again", advice);
    }

    [Fact]
    public void What_a_link_stands_for_may_come() => Assert.Equal(
        "see to it that what it stands for is there, and try again",
        new FileError("leads nowhere", Libc.ENOENT) { LeadsNowhere = true }.Advice(ReplaceInvalid));
}
