namespace IntegrationTests.Wrapper;

/// <summary>Does something over and over, on a thread of its own, while a test does something else.</summary>
internal static class Meanwhile
{
    /// <summary>
    /// Runs both until the test's part is done. What either throws is thrown here: on a thread of its own it would end the whole run of tests.
    /// </summary>
    /// <param name="again">What is done again and again: it gets how often it has been done.</param>
    /// <param name="test">The test's part.</param>
    public static void Do(Action<int> again, Action test)
    {
        List<Exception> failures = [];
        using var stop = new CancellationTokenSource();
        var thread = new Thread(() => Try(Repeat));
        thread.Start();
        Try(test);
        stop.Cancel();
        thread.Join();
        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
        }

        void Repeat()
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                again(i);
            }
        }

        void Try(Action action)
        {
            try
            {
                action();
            }
            catch (Exception failure)
            {
                lock (failures)
                {
                    failures.Add(failure);
                }
            }
        }
    }
}
