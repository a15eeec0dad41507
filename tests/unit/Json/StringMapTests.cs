using Json;

namespace UnitTests.Json;

public sealed class StringMapTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(100)]
    public void The_last_value_of_a_name_counts_where_the_name_first_stood(int count)
    {
        var map = new StringMap();
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < count; i++)
            {
                map.Set($"name{i}", $"value {round} of {i}");
            }
        }

        Assert.Equal(Enumerable.Range(0, count).Select(i => KeyValuePair.Create($"name{i}", $"value 1 of {i}")), map.Members);
    }
}
