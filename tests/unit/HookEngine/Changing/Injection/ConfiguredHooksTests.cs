using System.Text;
using HookEngine.Changing.Injection;
using HookEngine.Reading.Bundles;

namespace UnitTests.HookEngine.Changing.Injection;

public sealed class ConfiguredHooksTests
{
    [Theory]
    [InlineData("""{}""", "")]
    [InlineData("""{"hooks":null}""", "")]
    [InlineData("""{"hooks":{"poststop":[{"path":"/b"}],"prestart":[{"path":"/a"},{"path":"/c"}],"other":[{"path":"/x"}]}}""",
        "Prestart /a, Prestart /c, Poststop /b")]
    [InlineData("""{"hooks":{"poststop":[{"path":"/a"}],"POSTSTOP":[{"path":"/b"}]}}""", "Poststop /b")]
    [InlineData("""{"hooks":{"poststop":[null,7,{"args":["a"]}]}}""", "Poststop , Poststop , Poststop ")]
    public void Hooks_are_read_in_the_order_in_which_they_run(string json, string expected)
    {
        byte[] text = Encoding.UTF8.GetBytes(json);
        ContainerConfig config = ContainerConfig.Parse(text, out _)!;

        Assert.Equal(expected, string.Join(", ", ConfiguredHooks.Read(text, config).Select(hook => $"{hook.Stage} {hook.Hook.Path}")));
    }
}
