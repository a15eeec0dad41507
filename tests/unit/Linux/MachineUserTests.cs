using System.Text;
using Linux;

namespace UnitTests.Linux;

/// <summary>Maps of user namespaces, user_namespaces(7).</summary>
public sealed class MachineUserTests
{
    [Theory]
    [InlineData(0, "         0          0 4294967295\n", 0u)]
    [InlineData(1000, "         0          0 4294967295\n", 1000u)]
    [InlineData(0, "         0       1000          1\n         1     100000      65536\n", 1000u)]
    [InlineData(2, "         0       1000          1\n         1     100000      65536\n", 100001u)]
    [InlineData(70000, "         0       1000          1\n         1     100000      65536\n", null)]
    [InlineData(0, "", null)]
    [InlineData(0, "x", null)]
    public void A_user_is_found_outside(uint user, string map, uint? outside) =>
        Assert.Equal(outside, MachineUser.Outside(user, Encoding.ASCII.GetBytes(map)));
}
