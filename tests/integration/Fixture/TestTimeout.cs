namespace IntegrationTests.Fixture;

/// <summary>
/// How long to wait for an expected event. It only ends a test that hangs: on a busy machine anything may take many times as long as
/// usual.
/// </summary>
internal static class TestTimeout
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
}
