namespace Linux;

/// <summary>
/// What makes it impossible to go on. The message names the file and the field, says what is wrong and what to do, and begins
/// in lower case, for it follows the program's name.
/// </summary>
public sealed class OciHooksException : Exception
{
    /// <summary>The exit status of a program that fails for itself and not for what it was to run, as env(1) and others have it.</summary>
    public const int WrapperFailure = 125;

    /// <summary>An error with the exit status <see cref="WrapperFailure"/>.</summary>
    public OciHooksException(string message)
        : this(message, WrapperFailure)
    {
    }

    /// <summary>An error with an exit status.</summary>
    public OciHooksException(string message, int exitStatus)
        : base(message)
    {
        ExitStatus = exitStatus;
    }

    /// <summary>What the process exits with: 127 for a program not found, 126 for one that cannot be run, 125 for all else.</summary>
    public int ExitStatus { get; }
}
