namespace IntegrationTests.Fixture;

/// <summary>
/// How long to wait for what will come. It ends a test that hangs and decides nothing else: on a machine with much else to do,
/// anything may take many times as long as usual.
/// </summary>
internal static class TestTimeout
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
}
