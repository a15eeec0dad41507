namespace IntegrationTests.Wrapper;

/// <summary>Tests that a failure of the repeated action fails the test, and nothing else.</summary>
public sealed class MeanwhileTests
{
    [Fact]
    public void What_fails_meanwhile_fails_the_test_once_its_part_is_done()
    {
        using var failed = new ManualResetEventSlim();
        bool isDone = false;

        AggregateException thrown = Assert.Throws<AggregateException>(() => Meanwhile.Do(Fail, () =>
        {
            failed.Wait();
            isDone = true;
        }));

        Assert.True(isDone);
        Assert.Equal("meanwhile", Assert.Single(thrown.InnerExceptions).Message);

        void Fail(int times)
        {
            failed.Set();
            throw new IOException("meanwhile");
        }
    }

    [Fact]
    public void What_goes_on_meanwhile_ends_with_a_test_that_fails()
    {
        AggregateException thrown = Assert.Throws<AggregateException>(() => Meanwhile.Do(_ => { }, () => throw new IOException("test")));

        Assert.Equal("test", Assert.Single(thrown.InnerExceptions).Message);
    }
}
