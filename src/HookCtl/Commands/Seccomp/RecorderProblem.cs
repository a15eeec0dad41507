namespace HookCtl.Commands.Seccomp;

/// <summary>What keeps a recorder from recording on this machine.</summary>
/// <param name="Text">What is so, and what to do.</param>
/// <param name="IsKnown">Whether the recorder says so. One that says nothing may record all the same.</param>
internal sealed record RecorderProblem(string Text, bool IsKnown);
