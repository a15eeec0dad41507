using HookEngine.Model;

namespace UnitTests.HookEngine.Model;

/// <summary>Engines mount their own files at paths where others may mount files too. The source of a mount shows whose it is.</summary>
public sealed class EnginePlacesTests
{
    private const string Id = "9b8377fb425e0b77ff506de8139e6778aa7bee2c9c2f0829d3f40d32a377db01";
    private const string Other = "255f42e1ab8f9d6d0f9a975aaf185c819855a0d1960cb1707ec0825a0eb17544";

    [Theory]
    [InlineData("/etc/hosts", "/var/lib/docker/containers/ID/hosts", false)]
    [InlineData("/etc/hosts", "/elsewhere/containers/ID/hosts", false)]
    [InlineData("/etc/resolv.conf", "/var/lib/containers/storage/overlay-containers/ID/userdata/resolv.conf", false)]
    [InlineData("/dev/shm", "/run/containerd/io.containerd.grpc.v1.cri/sandboxes/ID/shm", false)]
    [InlineData("/dev/termination-log", "/var/lib/kubelet/pods/POD/containers/web/1", false)]
    [InlineData("/etc/hosts", "/var/lib/kubelet/pods/POD/etc-hosts", false)]
    [InlineData("/var/run/secrets/kubernetes.io/serviceaccount", "/var/lib/kubelet/pods/POD/volumes/kubernetes.io~projected/x", false)]
    [InlineData("/sbin/docker-init", "/usr/bin/docker-init", false)]
    [InlineData("/run/secrets", "/var/lib/docker/containers/ID/mounts/secrets", false)]
    [InlineData("/etc/hosts", "/var/lib/docker/containers/OTHER/hosts", false)] // of the container whose network it joins
    [InlineData("/dev/shm", "/var/lib/docker/containers/OTHER/mounts/shm", false)] // of the one whose IPC namespace it joins
    [InlineData("/run/secrets", "/var/lib/docker/containers/OTHER/mounts/secrets", true)]
    [InlineData("/run/.containerenv", "/var/lib/docker/containers/OTHER/userdata/.containerenv", true)]
    [InlineData("/sys/fs/cgroup", "/sys/fs/cgroup", true)]
    [InlineData("/etc/hosts", "/srv/containers/OTHER/hosts", true)]
    [InlineData("/etc/hosts", "/var/lib/docker/containers/another/hosts", true)]
    [InlineData("/etc/hosts", "/var/lib/docker/containers/OTHER/hostname", true)]
    [InlineData("/etc/hosts", "/var/lib/docker/containers/ID/../../../../etc/shadow", true)]
    [InlineData("/etc/hosts", "/srv/../var/lib/docker/containers/ID/hosts", true)]
    [InlineData("/etc/hosts", "/srv/ID/hosts", true)]
    [InlineData("/etc/hosts", "/srv/pods/../../etc/shadow", true)]
    [InlineData("/etc/hosts", "srv/containers/ID/hosts", true)]
    [InlineData("/run/secrets", "/var/lib/kubelet/pods/OTHER/volumes/kubernetes.io~secret/x", true)]
    [InlineData("/run/secrets", "/var/lib/kubelet/pods/POD/volumes/kubernetes.io~secret/x", true)]
    [InlineData("/etc/hosts", "/var/lib/kubelet/pods/POD/volume-subpaths/host/web/0", true)]
    [InlineData("/etc/hosts", "/var/lib/kubelet/pods/OTHER/etc-hosts", true)]
    [InlineData("/run/secrets", "/", true)]
    [InlineData("/run/secrets", "/sys/fs/cgroup", true)]
    [InlineData("/run/secrets", "/var/lib/docker/containers", true)]
    [InlineData("/etc/hosts", "/etc/hosts", true)]
    [InlineData("/data", "/var/lib/docker/containers/ID/hosts", true)]
    public void A_bind_mount_is_the_engines_or_another(string destination, string source, bool isOther)
    {
        EngineDirectories places = new EngineDirectories { Id = Id, Pod = "POD" }.With("/var/lib/docker/containers");
        string real = source.Replace("/OTHER/", $"/{Other}/", StringComparison.Ordinal).Replace("/ID/", $"/{Id}/", StringComparison.Ordinal);

        Assert.Equal(isOther, places.HasOthers([new ContainerMount(destination, real, IsBind: true)]));
    }

    [Fact]
    public void Beside_a_file_of_its_own_are_those_of_a_container_that_it_joins()
    {
        var places = new EngineDirectories { Id = Id };
        var joined = new ContainerMount("/etc/hosts", $"/run/storage/overlay-containers/{Other}/userdata/hosts", IsBind: true);

        Assert.True(places.HasOthers([joined]));
        Assert.False(places.HasOthers(
            [joined, new ContainerMount("/run/.containerenv", $"/run/storage/overlay-containers/{Id}/userdata/.containerenv", IsBind: true)]));
    }

    /// <summary>A container without an engine has an ID that anybody may choose, so no path is reserved for its engine.</summary>
    [Fact]
    public void Without_an_engine_each_bind_mount_is_anothers() =>
        Assert.True(EngineDirectories.None.HasOthers([new ContainerMount("/etc/hosts", "/srv/containers/c1/hosts", IsBind: true)]));

    [Fact]
    public void What_is_no_bind_mount_is_no_matter() =>
        Assert.False(EngineDirectories.None.HasOthers([new ContainerMount("/proc", "proc", IsBind: false)]));
}
