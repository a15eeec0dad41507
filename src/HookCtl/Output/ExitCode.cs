namespace HookCtl.Output;

/// <summary>What hookctl exits with, hookctl(1).</summary>
internal static class ExitCode
{
    /// <summary>Done, and all is well.</summary>
    internal const int Fine = 0;

    /// <summary>Done, and something was found wrong.</summary>
    internal const int Problems = 1;

    /// <summary>The command line is not understood.</summary>
    internal const int Usage = 2;

    /// <summary>It could not be done.</summary>
    internal const int Failed = 3;
}
