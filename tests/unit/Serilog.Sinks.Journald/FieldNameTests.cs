using System.Text;
using Serilog.Sinks.Journald;

namespace UnitTests.Journald;

public sealed class FieldNameTests
{
    public static TheoryData<string> Hostile =>
    [
        "", "_", "__CURSOR", "_UID", "1", "\n", "a\nMESSAGE=forged", "a=b", "a\0b", " ", "é", "日本語", "\ud800", "ſ", "ı",
        new string('x', 64), new string('x', 65), new string('X', 10_000), new string('_', 100), new string('9', 100),
        string.Concat(Enumerable.Repeat("aB", 100)),
    ];

    [Theory]
    [InlineData("ContainerId", "CONTAINER_ID")]
    [InlineData("OcihooksDurationMs", "OCIHOOKS_DURATION_MS")]
    [InlineData("Errno", "ERRNO")]
    [InlineData("HTTPStatus", "HTTP_STATUS")]
    [InlineData("requestURL", "REQUEST_URL")]
    [InlineData("Sha256Sum", "SHA256_SUM")]
    [InlineData("SHA256SUM", "SHA256SUM")]
    [InlineData("snake_case", "SNAKE_CASE")]
    [InlineData("MESSAGE_ID", "MESSAGE_ID")]
    [InlineData("http.status-code", "HTTP_STATUS_CODE")]
    [InlineData("Größe", "GR__E")]
    public void It_is_in_upper_case_with_underscores(string property, string field) => Assert.Equal(field, Name(property));

    [Theory]
    [InlineData("_UID", "PROPERTY__UID")]
    [InlineData("1st", "PROPERTY_1ST")]
    [InlineData("ä", "PROPERTY__")]
    [InlineData("Message", "PROPERTY_MESSAGE")]
    [InlineData("Priority", "PROPERTY_PRIORITY")]
    [InlineData("SyslogIdentifier", "PROPERTY_SYSLOG_IDENTIFIER")]
    [InlineData("Exception", "PROPERTY_EXCEPTION")]
    public void One_that_journald_would_leave_out_or_take_for_another_has_a_prefix(string property, string field) =>
        Assert.Equal(field, Name(property));

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Whatever_the_property_is_called_journald_takes_the_field(string property) =>
        Assert.Matches("^[A-Z][A-Z0-9_]{0,63}$", Name(property));

    private static string Name(string property)
    {
        Span<byte> name = stackalloc byte[FieldName.MaxLength];
        return Encoding.UTF8.GetString(name[..FieldName.Write(property, name)]);
    }
}
