using System.Text;
using Json;

namespace UnitTests.Json;

public sealed class LineStartsTests
{
    [Theory]
    [InlineData("", 0, 1, 1)]
    [InlineData("ab", 1, 1, 2)]
    [InlineData("ab\ncd", 2, 1, 3)]
    [InlineData("ab\ncd", 3, 2, 1)]
    [InlineData("\n\nx", 2, 3, 1)]
    [InlineData("\n", 1, 2, 1)]
    public void Lines_and_columns_count_from_one(string text, int offset, long line, long column) =>
        Assert.Equal((line, column), new LineStarts(Encoding.UTF8.GetBytes(text)).PositionOf(offset));
}
