namespace Linux;

/// <summary>A descriptor to wait for, struct pollfd of poll(2). One below zero is passed over.</summary>
internal struct PollEntry
{
    internal int Descriptor;
    internal short Wanted;
    internal short Happened;
}
