using System.Text;
using RuncWrap.Supervision;

namespace UnitTests.RuncWrap.Supervision;

public sealed class ContainerStateTests
{
    [Theory]
    [InlineData("""{"ociVersion":"1.0.2","id":"c1","status":"creating","pid":1,"bundle":"/b","annotations":{"id":"x"}}""", "c1", "/b")]
    [InlineData("""{"annotations":{"id":"x","bundle":"y"},"list":[{"id":1}],"bundle":"/b","id":"c1"}""", "c1", "/b")]
    [InlineData("""{"id":"c1","bundle":"/b","annotations":{"cut of""", "c1", "/b")]
    [InlineData("""{"id":"c1","bundle":"/b" oops""", "c1", "/b")]
    [InlineData("""{"id":5,"bundle":null}""", "", "")]
    [InlineData("""{"id":"c\n1"}""", "c\n1", "")]
    [InlineData("""{"id":"\ud800"}""", "\uFFFD", "")]
    [InlineData("""{"id":""", "", "")]
    [InlineData("[]", "", "")]
    [InlineData("""["id","c1"]""", "", "")]
    [InlineData("not JSON", "", "")]
    [InlineData("", "", "")]
    public void It_is_read_as_far_as_it_can_be(string json, string id, string bundle) =>
        Assert.Equal(new ContainerState(id, bundle), ContainerState.Parse(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Bytes_that_are_no_text_are_no_error() =>
        Assert.Equal(new ContainerState("\uFFFD", ""), ContainerState.Parse([.. "{\"id\":\""u8, 0xFF, .. "\"}"u8]));
}
