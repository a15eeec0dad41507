namespace IntegrationTests.Wrapper;

/// <summary>Repeats an action on its own thread while a test does something else.</summary>
internal static class Meanwhile
{
    /// <summary>
    /// Runs both until the test's part is done. Throws here what either throws: on its own thread it would end the whole test run.
    /// </summary>
    /// <param name="again">The repeated action. It gets the number of repetitions so far.</param>
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
