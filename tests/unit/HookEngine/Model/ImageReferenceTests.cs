using HookEngine.Model;

namespace UnitTests.HookEngine.Model;

public sealed class ImageReferenceTests
{
    [Theory]
    [InlineData("nginx", "docker.io/library/nginx:latest")]
    [InlineData("nginx:1.25", "docker.io/library/nginx:1.25")]
    [InlineData("acme/web", "docker.io/acme/web:latest")]
    [InlineData("ghcr.io/acme/web", "ghcr.io/acme/web:latest")]
    [InlineData("localhost/web", "localhost/web:latest")]
    [InlineData("registry:5000/web", "registry:5000/web:latest")]
    [InlineData("registry:5000/web:1", "registry:5000/web:1")]
    [InlineData("nginx@sha256:abc", "docker.io/library/nginx@sha256:abc")]
    [InlineData("index.docker.io/library/nginx", "docker.io/library/nginx:latest")]
    [InlineData("docker.io/nginx", "docker.io/library/nginx:latest")]
    [InlineData("index.docker.io/nginx:1", "docker.io/library/nginx:1")]
    [InlineData("docker.io/acme/web", "docker.io/acme/web:latest")]
    [InlineData("docker.io/*", "docker.io/*")]
    [InlineData("nginx:*", "docker.io/library/nginx:*")]
    [InlineData("nginx*", "docker.io/library/nginx*")]
    [InlineData("acme/*", "docker.io/acme/*")]
    [InlineData("*", "*")]
    [InlineData("*/web:1", "*/web:1")]
    [InlineData("", "")]
    public void A_reference_is_completed_as_Docker_does(string reference, string whole) =>
        Assert.Equal(whole, ImageReference.Normalize(reference));

    [Theory]
    [InlineData("", "")]
    [InlineData("nginx", "docker.io/library/nginx:latest")]
    [InlineData("nginx@sha256:ab", "docker.io/library/nginx@sha256:ab")]
    [InlineData("nginx:1@sha256:ab", "docker.io/library/nginx:1@sha256:ab docker.io/library/nginx:1")]
    [InlineData("registry:5000/web@sha256:ab", "registry:5000/web@sha256:ab")]
    [InlineData("registry:5000/web:1@sha256:ab", "registry:5000/web:1@sha256:ab registry:5000/web:1")]
    public void A_tag_is_a_name_also_beside_a_digest(string reference, string names) =>
        Assert.Equal(names, string.Join(' ', ImageReference.NamesIn(reference)));

    [Theory]
    [InlineData("c13d5d043796", true)]
    [InlineData("sha256:c13d5d043796958421865b9b0343e22744be7ed08661c6358620fec0a1745a16", true)]
    [InlineData("cafe", true)]
    [InlineData("cafe:1", false)]
    [InlineData("busybox", false)]
    [InlineData("sha256:", false)]
    [InlineData("", false)]
    public void A_name_of_nothing_but_digits_may_be_an_ID(string reference, bool may) =>
        Assert.Equal(may, ImageReference.MayBeId(reference));

    [Theory]
    [InlineData("c13d5d043796", true)]
    [InlineData("sha256:c13d5d04", true)]
    [InlineData("busybox", false)]
    [InlineData("", false)]
    public void An_image_may_be_named_by_its_ID(string reference, bool isId) =>
        Assert.Equal(isId, ImageReference.IsId(reference, "sha256:c13d5d043796958421865b9b0343e22744be7ed08661c6358620fec0a1745a16"));
}
