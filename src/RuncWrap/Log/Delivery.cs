namespace RuncWrap.Log;

/// <summary>Whether an event has reached one of the places it went to. Serilog's sinks do not tell.</summary>
internal sealed class Delivery
{
    /// <summary>Whether it has.</summary>
    internal bool Succeeded { get; private set; }

    /// <summary>Notes how it went in one place.</summary>
    internal void Note(bool succeeded) => Succeeded |= succeeded;
}
