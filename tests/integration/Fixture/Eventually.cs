using System.Diagnostics;

namespace IntegrationTests.Fixture;

/// <summary>For what an engine does in its own time. The limit only ends a test that has failed.</summary>
internal static class Eventually
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    public static void True(Func<bool> condition, string what, TimeSpan? limit = null)
    {
        TimeSpan most = limit ?? s_limit;
        Stopwatch clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > most)
            {
                throw new TimeoutException($"not so within {most}: {what}");
            }

            Thread.Sleep(20);
        }
    }

    /// <summary>Waits for a value, and shows the last one if it does not come.</summary>
    public static void Equal<T>(T expected, Func<T> actual)
    {
        Stopwatch clock = Stopwatch.StartNew();
        T last = actual();
        while (!EqualityComparer<T>.Default.Equals(expected, last) && clock.Elapsed < s_limit)
        {
            Thread.Sleep(20);
            last = actual();
        }

        Assert.Equal(expected, last);
    }
}
