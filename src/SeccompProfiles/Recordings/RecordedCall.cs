namespace SeccompProfiles.Recordings;

/// <summary>A system call that was made, and the evidence of it.</summary>
/// <param name="Name">Its name; <c>#</c> and what it is if profiles can have no such name: the number of a call newer than those known
/// here, or a kind of call.</param>
/// <param name="Count">How often it was made; 0 if it may have been and could not be seen, as in recordings of version 0.1.</param>
/// <param name="Process">The name of the process that made it first.</param>
/// <param name="Pid">That process's number on the host.</param>
public sealed record RecordedCall(string Name, long Count, string Process, int Pid)
{
    /// <summary>Whether it has a name that profiles can have.</summary>
    public bool IsNamed => Name is not ['#', ..];

    /// <summary>Whether it was seen.</summary>
    public bool IsSeen => Count > 0;
}
