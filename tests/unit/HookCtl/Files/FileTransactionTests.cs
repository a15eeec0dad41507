using System.Text;
using HookCtl.Files;
using Linux;

namespace UnitTests.HookCtl.Files;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class FileTransactionTests : IDisposable
{
    private const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _directory = Directory.CreateTempSubdirectory("ocihooks-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task When_one_change_fails_all_are_taken_back()
    {
        string changed = Write("changed");
        string removed = Write("removed");
        string copied = Write("copied");
        string copy = Write("copied.copy");

        OciHooksException failure = await Assert.ThrowsAsync<OciHooksException>(() => FileTransaction.RunAsync(files =>
        {
            files.Make(Change(changed, "changed", "new"));
            files.Make(Change(removed, "removed", null));
            files.Make(Change(Inside("created"), null, "new"));
            FileChange withCopy = Change(copied, "copied", "new");
            files.Make(withCopy, withCopy.Kept(copy));
            Assert.Equal(("new", "copied", Secret), (File.ReadAllText(copied), File.ReadAllText(copy), File.GetUnixFileMode(copy)));
            files.Make(Change(Inside("changed/no/directory"), null, "new"));
            return Task.FromResult(0);
        }));

        Assert.StartsWith(Inside("changed/no") + ": cannot be created", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["changed", "copied", "copied.copy", "removed"], Directory.GetFiles(_directory).Select(Path.GetFileName).Order());
        Assert.All(Directory.GetFiles(_directory), file =>
        {
            Assert.Equal(Path.GetFileName(file), File.ReadAllText(file));
            Assert.Equal(Secret, File.GetUnixFileMode(file));
        });
    }

    [Fact]
    public async Task What_cannot_be_put_back_is_told_and_its_copy_stays()
    {
        string lost = Write("lost");
        string other = Write("other");

        OciHooksException failure = await Assert.ThrowsAsync<OciHooksException>(() => FileTransaction.RunAsync<int>(files =>
        {
            files.Make(Change(other, "other", "new"));
            FileChange change = Change(lost, "lost", "new");
            files.Make(change, change.Kept(Inside("copy")));
            File.Delete(lost);
            throw new OciHooksException("refused");
        }));

        Assert.Equal($"refused; but {lost} could not be put back: compare with the copy beside it, if there is one", failure.Message);
        Assert.Equal(("other", "lost"), (File.ReadAllText(other), File.ReadAllText(Inside("copy"))));
    }

    private string Inside(string name) => Path.Combine(_directory, name);

    private string Write(string name)
    {
        File.WriteAllText(Inside(name), name);
        File.SetUnixFileMode(Inside(name), Secret);
        return Inside(name);
    }

    private static FileChange Change(string path, string? before, string? after) => new(path, Bytes(before), Bytes(after));

    private static byte[]? Bytes(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);
}
