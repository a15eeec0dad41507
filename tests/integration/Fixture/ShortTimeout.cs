namespace IntegrationTests.Fixture;

/// <summary>
/// Finds timeouts that are short, so that a test need not wait long, and yet long enough for a hook to do something first. How long
/// that takes on a busy machine is unknown.
/// </summary>
internal static class ShortTimeout
{
    /// <summary>Tries timeouts, each twice as long as the last, until the hook gets far enough within one.</summary>
    /// <param name="first">The first timeout, in seconds.</param>
    /// <param name="run">Runs the hook with a timeout in seconds.</param>
    /// <param name="isEnough">Whether it got far enough.</param>
    /// <returns>The result of the last try.</returns>
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
