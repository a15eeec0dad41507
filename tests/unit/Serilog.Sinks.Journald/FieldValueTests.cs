using System.Globalization;
using Serilog.Events;
using Serilog.Sinks.Journald;

namespace UnitTests.Journald;

public sealed class FieldValueTests
{
    public static TheoryData<object?, string> Scalars => new()
    {
        { "a\nb", "a\nb" },
        { null, "" },
        { true, "true" },
        { false, "false" },
        { -1234567, "-1234567" },
        { 1234.5, "1234.5" },
        { 0.1m, "0.1" },
        { 'x', "x" },
        { LogEventLevel.Warning, "Warning" },
        { new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), "2026-01-02T03:04:05.0000000Z" },
        { new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)), "2026-01-02T03:04:05.0000000+01:00" },
        { new DateOnly(2026, 1, 2), "2026-01-02" },
        { TimeSpan.FromSeconds(90), "00:01:30" },
        { new Uri("https://example.com/a"), "https://example.com/a" },
    };

    [Theory]
    [MemberData(nameof(Scalars))]
    public void A_scalar_is_the_same_in_every_culture(object? value, string text)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NegativeSign = "minus ";
        CultureInfo.CurrentCulture = culture;
        try
        {
            Assert.Equal(text, FieldValue.Text(new ScalarValue(value)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_structure_is_as_in_messages() => Assert.Equal(
        """{ A: 1, B: "x" }""",
        FieldValue.Text(new StructureValue([new LogEventProperty("A", new ScalarValue(1)), new LogEventProperty("B", new ScalarValue("x"))])));
}
