namespace IntegrationTests.Wrapper;

/// <summary>Runs an action many times, several at a time, each on its own thread. A pool would start the threads slowly.</summary>
internal static class ManyAtOnce
{
    public static T[] Run<T>(int count, int width, Func<int, T> action)
    {
        T[] results = new T[count];
        List<Exception> failures = [];
        int next = -1;
        Thread[] threads = [.. Enumerable.Range(0, width).Select(_ => new Thread(Work))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return failures.Count == 0 ? results : throw new AggregateException(failures);

        void Work()
        {
            for (int i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
            {
                try
                {
                    results[i] = action(i);
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
}
