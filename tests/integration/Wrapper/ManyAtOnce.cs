namespace IntegrationTests.Wrapper;

/// <summary>Runs something many times, several at a time, each on a thread of its own: a pool would start them one by one.</summary>
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
