namespace SeccompProfiles.Recordings;

/// <summary>A system call that was made, and the evidence of it.</summary>
/// <param name="Name">
/// The call's name. If profiles can have no such name, <c>#</c> and the number of a call that is too new for the call table, or <c>#</c>
/// and a kind of call.
/// </param>
/// <param name="Count">
/// The number of times it was made; 0 if it may have been made but could not be seen, as in recordings of version 0.1.
/// </param>
/// <param name="Process">The name of the process that made it first.</param>
/// <param name="Pid">The ID of that process on the host.</param>
public sealed record RecordedCall(string Name, long Count, string Process, int Pid)
{
    /// <summary>Whether the call has a name that profiles can contain.</summary>
    public bool IsNamed => Name is not ['#', ..];

    /// <summary>Whether the call was seen.</summary>
    public bool IsSeen => Count > 0;
}
