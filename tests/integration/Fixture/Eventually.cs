using System.Diagnostics;

namespace IntegrationTests.Fixture;

/// <summary>Waits for what an engine does asynchronously.</summary>
internal static class Eventually
{
    public static void True(Func<bool> condition, string what)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > TestTimeout.Limit)
            {
                throw new TimeoutException($"not so within {TestTimeout.Limit}: {what}");
            }

            Thread.Sleep(20);
        }
    }

    /// <inheritdoc cref="True"/>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > TestTimeout.Limit)
            {
                throw new TimeoutException($"not so within {TestTimeout.Limit}: {what}");
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits for a value. A failure shows the last one.</summary>
    public static void Equal<T>(T expected, Func<T> actual)
    {
        Stopwatch clock = Stopwatch.StartNew();
        T last = actual();
        while (!EqualityComparer<T>.Default.Equals(expected, last) && clock.Elapsed < TestTimeout.Limit)
        {
            Thread.Sleep(20);
            last = actual();
        }

        Assert.Equal(expected, last);
    }

    /// <inheritdoc cref="Equal"/>
    public static async Task EqualAsync<T>(T expected, Func<Task<T>> actual)
    {
        Stopwatch clock = Stopwatch.StartNew();
        T last = await actual();
        while (!EqualityComparer<T>.Default.Equals(expected, last) && clock.Elapsed < TestTimeout.Limit)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
            last = await actual();
        }

        Assert.Equal(expected, last);
    }
}
