using HookEngine.Identity;

namespace Tests.Unit.Identity;

public sealed class ContainerDetailTests
{
    /// <summary>Where engines mount files of their own, others may mount, too: where from tells them apart.</summary>
    [Theory]
    [InlineData("/etc/hosts", "/var/lib/docker/containers/0a/hosts", false)]
    [InlineData("/etc/resolv.conf", "/var/lib/containers/storage/overlay-containers/0a/userdata/resolv.conf", false)]
    [InlineData("/dev/shm", "/run/containerd/io.containerd.grpc.v1.cri/sandboxes/0a/shm", false)]
    [InlineData("/dev/termination-log", "/var/lib/kubelet/pods/0a/containers/web/1", false)]
    [InlineData("/sbin/docker-init", "/usr/bin/docker-init", false)]
    [InlineData("/run/secrets", "/", true)]
    [InlineData("/run/secrets", "/var/lib/docker/containers", true)]
    [InlineData("/etc/hosts", "/etc/hosts", true)]
    [InlineData("/data", "/var/lib/docker/containers/0a/hosts", true)]
    public void A_bind_mount_is_the_engines_own_or_it_is_not(string destination, string source, bool isOwn)
    {
        var detail = new ContainerDetail { Mounts = [new ContainerMount(destination, source, IsBind: true)] };

        Assert.Equal(isOwn, detail.HasOwnBindMounts);
    }
}
