namespace HookEngine.Running.Log;

/// <summary>Marks the kinds of events in the journal, systemd.journal-fields(7) MESSAGE_ID; docs/hooks.md lists them.</summary>
internal static class MessageId
{
    internal const string Injected = "5f1d3c0e9b7a4e0f8a6c2d4b1e3f5a70";
    internal const string Refused = "8c2e6f4a1d3b4c5e9f7a0b2d4c6e8f13";
    internal const string HookStarted = "3b7e0f52c6d94a1e8f25a9d0416c7be2";
    internal const string HookSucceeded = "c41a8d96e0f34b57923d5be7a8106f4c";
    internal const string HookFailed = "e95f27b0d18c4c6fa3470c9b52ed6a81";
    internal const string HookTimedOut = "07d3c5a4b92e4f68b1fe84603ad95c2e";
    internal const string CallDenied = "a27c50d1e6384b0f9c1b7e93f4d8620a";
    internal const string CallNotAllowed = "61f8b3e97a0d4c2595ec40d27b1a8f3c";
    internal const string NotRecorded = "d90e4b7c25f14a83a6b81f7d30c95e42";
}
