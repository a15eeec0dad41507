namespace IntegrationTests.Fixture;

/// <summary>
/// Timeouts that are short, so that a test need not wait long for one to pass, and yet long enough for a hook to do something before:
/// how long that takes is not known of a busy machine.
/// </summary>
internal static class ShortTimeout
{
    /// <summary>Tries with timeouts twice as long each, until the hook gets far enough within one.</summary>
    /// <param name="first">The first timeout, in seconds.</param>
    /// <param name="run">Runs the hook with a timeout of so many seconds.</param>
    /// <param name="isEnough">Whether it got far enough.</param>
    /// <returns>What the last try gave.</returns>
    public static T Find<T>(double first, Func<double, T> run, Func<T, bool> isEnough)
    {
        for (double seconds = first; ; seconds *= 2)
        {
            T result = run(seconds);
            if (isEnough(result))
            {
                return result;
            }

            AssertMayBeLonger(seconds, result);
        }
    }

    /// <inheritdoc cref="Find"/>
    public static async Task<T> FindAsync<T>(double first, Func<double, Task<T>> run, Func<T, bool> isEnough)
    {
        for (double seconds = first; ; seconds *= 2)
        {
            T result = await run(seconds);
            if (isEnough(result))
            {
                return result;
            }

            AssertMayBeLonger(seconds, result);
        }
    }

    private static void AssertMayBeLonger<T>(double seconds, T result) => Assert.True(
        seconds < TestTimeout.Limit.TotalSeconds, $"the hook does not get far enough even within {seconds} s: {result}");
}
