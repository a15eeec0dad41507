using System.Buffers;
using System.Text;
using RuncWrap.Log;

namespace Tests.Unit.RuncWrap.Log;

public sealed class JournaldSinkTests
{
    [Theory]
    [InlineData("ContainerId", "CONTAINER_ID")]
    [InlineData("OcihooksRule", "OCIHOOKS_RULE")]
    [InlineData("MessageId", "MESSAGE_ID")]
    public void A_property_is_a_field_in_upper_case(string property, string field) =>
        Assert.Equal(field, JournaldSink.FieldName(property));

    [Fact]
    public void A_plain_value_stands_behind_an_equals_sign() =>
        Assert.Equal("A=b=c\n", Encoding.UTF8.GetString(Field("A", "b=c")));

    [Fact]
    public void A_value_with_a_line_break_has_its_length_before_it() =>
        Assert.Equal("A\n\u0003\0\0\0\0\0\0\0x\ny\n", Encoding.UTF8.GetString(Field("A", "x\ny")));

    private static byte[] Field(string name, string value)
    {
        var message = new ArrayBufferWriter<byte>();
        JournaldSink.Field(message, name, value);
        return message.WrittenSpan.ToArray();
    }
}
