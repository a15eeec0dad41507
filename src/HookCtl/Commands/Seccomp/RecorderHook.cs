namespace HookCtl.Commands.Seccomp;

/// <summary>A hook of a rule that calls the recorder.</summary>
/// <param name="Recorder">The recorder's path.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Stages">When it is called.</param>
internal sealed record RecorderHook(string Recorder, IReadOnlyList<string> Arguments, IReadOnlyList<string> Stages);
