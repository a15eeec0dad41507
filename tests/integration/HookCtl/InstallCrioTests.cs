using IntegrationTests.Fixture;

namespace IntegrationTests.HookCtl;

/// <summary><c>hookctl uninstall crio</c> with pods as CRI-O keeps them in containers/storage.</summary>
[Trait("Needs", "root")]
public sealed class InstallCrioTests : IDisposable
{
    private readonly PrivateHost _host = new();

    public void Dispose() => _host.Dispose();

    [Theory]
    [InlineData("hooked", false, true)]
    [InlineData("", true, true)]
    [InlineData("", false, false)]
    [InlineData("kata", true, false)]
    public void Pods_with_the_handler_stand_in_the_way(string handler, bool byDefault, bool inUse)
    {
        string pod = Path.Combine(_host.Root, "g/overlay-containers/pod1/userdata");
        string annotations = $"{{\"annotations\":{{\"io.kubernetes.cri-o.RuntimeHandler\":\"{handler}\"}}}}";
        _ = _host.Shell("mkdir -p \"$1\" && echo \"$2\" >\"$1/config.json\"", pod, annotations).EnsureSuccess();
        const string Settings = "printf '[storage]\\ngraphroot = \"%s\"\\n' \"$1\" >/etc/containers/storage.conf";
        _ = _host.Shell(Settings, Path.Combine(_host.Root, "g")).EnsureSuccess();
        _ = Executable.Write(Path.Combine(_host.Root, "crio"), "#!/bin/sh\n");
        Assert.Equal(0, HookCtl(["install", .. byDefault ? ["--default"] : Array.Empty<string>()]).ExitCode);

        CommandResult result = HookCtl("uninstall");

        Assert.Equal(inUse ? 1 : 0, result.ExitCode);
        Assert.Equal(inUse, result.OutputText.Contains("use the runtime hooked: pod1;", StringComparison.Ordinal));
        Assert.Equal(inUse, File.Exists(_host.Inside("/etc/crio/crio.conf.d/ocihooks-hooked.conf")));
    }

    private CommandResult HookCtl(params string[] arguments) =>
        _host.Run(["env", $"PATH={_host.Root}:/usr/sbin:/usr/bin", Repository.HookCtl, arguments[0], "crio", .. arguments[1..].Select(word => (ByteString)word)]);
}
