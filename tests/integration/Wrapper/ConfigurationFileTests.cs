using System.Text;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Tests the configuration file apart from its text: links, mode, attributes and directory.</summary>
public sealed class ConfigurationFileTests : IDisposable
{
    private readonly WrapperBench _bench = new();

    public ConfigurationFileTests() => _bench.WriteRule("a.json", WrapperBench.Rule());

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_symbolic_link_stays_one_and_what_it_leads_to_is_patched()
    {
        string target = Path.Combine(_bench.Root, "elsewhere.json");
        File.Move(_bench.Config, target);
        string middle = Path.Combine(_bench.Bundle, "middle");
        _ = File.CreateSymbolicLink(middle, "../elsewhere.json");
        _ = File.CreateSymbolicLink(_bench.Config, "middle");

        for (int i = 0; i < 3; i++)
        {
            _bench.AssertInjectedOnce(_bench.Create());
        }

        Assert.Equal("middle", new FileInfo(_bench.Config).LinkTarget);
        Assert.Equal("../elsewhere.json", new FileInfo(middle).LinkTarget);
        Assert.Contains("createRuntime", File.ReadAllText(target), StringComparison.Ordinal);
        File.Delete(Path.Combine(_bench.Rules, "a.json"));
        _bench.Create().AssertSilentSuccess();
        Assert.Equal(WrapperBench.MinimalConfig, File.ReadAllBytes(target));
    }

    [Fact]
    public void A_symbolic_link_may_lead_to_a_bundle()
    {
        string link = Path.Combine(_bench.Root, "link");
        _ = File.CreateSymbolicLink(link, "bundle");

        _bench.Run("create", "--bundle", link, "c1").AssertSilentSuccess();
        _bench.AssertInjectedOnce(_bench.Create());
    }

    /// <summary>The file's other name may be another container's configuration.</summary>
    [Fact]
    public void A_hard_link_s_other_name_keeps_what_it_had()
    {
        string other = Path.Combine(_bench.Root, "other.json");
        _ = new Command("ln", _bench.Config, other).Run().EnsureSuccess();

        _bench.AssertInjectedOnce(_bench.Create());

        Assert.Equal(WrapperBench.MinimalConfig, File.ReadAllBytes(other));
    }

    [Theory]
    [InlineData("400")]
    [InlineData("440")]
    [InlineData("600")]
    [InlineData("640")]
    [InlineData("644")]
    [InlineData("755")]
    public void Its_mode_stays(string mode)
    {
        _ = new Command("chmod", mode, _bench.Config).Run().EnsureSuccess();

        _bench.RunScript("umask 077; exec \"$@\"", "create", "--bundle", _bench.Bundle, "c1").AssertSilentSuccess();

        Assert.Equal($"{mode} regular file\n", new Command("stat", "-c", "%a %F", _bench.Config).Run().OutputText);
        Assert.NotEmpty(_bench.Hooks());
    }

    [Fact]
    [Trait("Needs", "root")]
    public void Its_owner_extended_attributes_and_access_list_stay()
    {
        _ = new Command("chown", "1234:5678", _bench.Config).Run().EnsureSuccess();
        _ = new Command("setfattr", "-n", "user.note", "-v", "kept", _bench.Config).Run().EnsureSuccess();
        _ = new Command("setfattr", "-n", "trusted.note", "-v", "kept, too", _bench.Config).Run().EnsureSuccess();
        _ = new Command("setfattr", "-n", "user.empty", _bench.Config).Run().EnsureSuccess();
        string before = Attributes();

        _bench.AssertInjectedOnce(_bench.Create());

        Assert.Equal(before, Attributes());
        Assert.Equal("1234:5678\n", new Command("stat", "-c", "%u:%g", _bench.Config).Run().OutputText);

        string Attributes() => new Command("getfattr", "-d", "-m", "-", "--absolute-names", _bench.Config).Run().EnsureSuccess().OutputText;
    }

    [Fact]
    [Trait("Needs", "root")]
    public void A_mount_point_is_written_in_place_and_back_again()
    {
        string source = Path.Combine(_bench.Root, "source.json");
        File.Copy(_bench.Config, source);
        using var mount = Mount.Bind(source, _bench.Config);

        for (int i = 0; i < 3; i++)
        {
            _bench.AssertInjectedOnce(_bench.Create());
        }

        Assert.Equal(_bench.ConfigText, File.ReadAllText(source));
        File.Delete(Path.Combine(_bench.Rules, "a.json"));
        _bench.Create().AssertSilentSuccess();
        Assert.Equal(WrapperBench.MinimalConfig, File.ReadAllBytes(source));
        _bench.AssertNothingLeftBehind();
    }

    [Theory]
    [Trait("Needs", "root")]
    [InlineData("a mount read-only", "mount --bind \"$PWD/bundle\" \"$PWD/bundle\"; mount -o remount,ro,bind \"$PWD/bundle\"; exec \"$@\"", "read-only file system")]
    [InlineData("immutable", "chattr +i bundle/config.json; \"$@\"; e=$?; chattr -i bundle/config.json; exit $e", "operation not permitted")]
    [InlineData("in an immutable directory and itself immutable", "chattr +i bundle bundle/config.json; \"$@\"; e=$?; chattr -i bundle bundle/config.json; exit $e", "operation not permitted")]
    [InlineData("for appending only", "chattr +a bundle/config.json; \"$@\"; e=$?; chattr -a bundle/config.json; exit $e", "operation not permitted")]
    public void One_that_cannot_be_written_is_named_and_left(string what, string script, string problem)
    {
        Assert.NotEmpty(what);
        CommandResult result = _bench.RunWithMounts($"set +e; {script}", "create", "--bundle", _bench.Bundle, "c1");

        _bench.AssertRefused(result, 125, WrapperBench.MinimalConfig, _bench.Bundle, problem);
        _bench.AssertNothingLeftBehind();
        _bench.AssertInjectedOnce(_bench.Create());
    }

    [Fact]
    [Trait("Needs", "root")]
    public void One_of_somebody_else_s_is_named_and_left() =>
        _bench.AssertRefused(
            _bench.RunAsOrdinaryUser("create", "--bundle", _bench.Bundle, "c1"), 125, WrapperBench.MinimalConfig, _bench.Bundle, "permission denied");

    /// <summary>The directory is not writable, so the record cannot be next to the file. Hooks are still injected once.</summary>
    [Fact]
    [Trait("Needs", "root")]
    public void Three_creates_in_a_directory_that_is_not_writable_inject_once()
    {
        ShellSituations.GiveToOrdinaryUser(_bench.Config);
        for (int i = 0; i < 3; i++)
        {
            _bench.AssertInjectedOnce(_bench.RunAsOrdinaryUser("create", "--bundle", _bench.Bundle, "c1"));
        }

        File.Delete(Path.Combine(_bench.Rules, "a.json"));
        _bench.RunAsOrdinaryUser("create", "--bundle", _bench.Bundle, "c1").AssertSilentSuccess();
        Assert.Equal(Encoding.UTF8.GetString(WrapperBench.MinimalConfig), _bench.ConfigText);
    }

    /// <summary>In a directory anybody may write, another user's file can be written, but a replacement would lose its owner.</summary>
    [Fact]
    [Trait("Needs", "root")]
    public void One_of_somebody_else_s_that_may_be_written_keeps_its_owner()
    {
        _ = new Command("chmod", "666", _bench.Config).Run().EnsureSuccess();
        _ = new Command("chmod", "777", _bench.Bundle).Run().EnsureSuccess();

        for (int i = 0; i < 3; i++)
        {
            _bench.AssertInjectedOnce(_bench.RunAsOrdinaryUser("create", "--bundle", _bench.Bundle, "c1"));
        }

        Assert.Equal("0:0 666\n", new Command("stat", "-c", "%u:%g %a", _bench.Config).Run().OutputText);
    }

    [Fact]
    public void The_working_directory_may_be_gone()
    {
        CommandResult result = _bench.RunScript("mkdir gone; cd gone; rmdir ../gone; exec \"$@\"", "create", "--bundle", _bench.Bundle, "c1");
        _bench.AssertInjectedOnce(result);
    }

    [Fact]
    public void With_the_working_directory_gone_a_bundle_in_it_is_refused()
    {
        CommandResult result = _bench.RunScript("mkdir gone; cd gone; rmdir ../gone; exec \"$@\"", "create", "c1");
        result.AssertFailed(125, "config.json", "no such file or directory");
    }

    [Fact]
    [Trait("Needs", "root")]
    public void Without_proc_it_is_patched_all_the_same()
    {
        CommandResult result = _bench.RunWithMounts("mount -t tmpfs none /proc; exec \"$@\"", "create", "--bundle", _bench.Bundle, "c1");
        _bench.AssertInjectedOnce(result);
    }
}
