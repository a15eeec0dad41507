namespace RuncWrap.Log;

/// <summary>Whether an event has reached one of the places it went to. Serilog's sinks do not tell.</summary>
internal sealed class Delivery
{
    /// <summary>Whether it has.</summary>
    internal bool Succeeded { get; private set; }

    /// <summary>What is wrong with the file, for the other places to tell; null if nothing is.</summary>
    internal string? FileProblem { get; set; }

    /// <summary>Notes how it went in one place.</summary>
    internal void Note(bool succeeded) => Succeeded |= succeeded;

    /// <summary>A message, and behind it what is wrong with the file.</summary>
    internal string With(string message) => FileProblem is null ? message : $"{message}; {FileProblem}";
}
