using Linux;

namespace SeccompRecorder.State;

/// <summary>The command line: a verb and options, <c>hook --as NAME --store DIR --state DIR</c>.</summary>
/// <param name="Verb">The command to run.</param>
/// <param name="RecorderPaths">The directories.</param>
internal sealed record Arguments(string Verb, RecorderPaths RecorderPaths)
{
    internal const string Usage = "usage: seccomp-recorder hook|start|stop|mark|check|collect [--as NAME] [--store DIR] [--state DIR] "
        + "[--complain PROFILE] [--watch PROFILE] [--follow-annotation] [--profiles DIR]";

    /// <summary>The key of the recording; null to use the key from the bundle.</summary>
    internal string? Subject { get; private init; }

    /// <summary>A profile that is not enforced. The recorder reports what it would have denied.</summary>
    internal FilePath? Profile { get; private init; }

    /// <summary>A profile that is enforced. The recorder reports what it denied.</summary>
    internal FilePath? EnforcedProfile { get; private init; }

    /// <summary>
    /// Whether the container's annotation may name a file to write the profile to. Then whoever may set annotations can have any file of
    /// the host overwritten.
    /// </summary>
    internal bool FollowsAnnotation { get; private init; }

    /// <summary>The only directory in which the annotation may name files; null for any directory.</summary>
    internal string? Profiles { get; private init; }

    /// <summary>Whether the recording is to be kept, and not only compared with a profile.</summary>
    internal bool Records => Profile is null && EnforcedProfile is null;

    internal static Arguments Parse(string[] words)
    {
        string store = RecorderPaths.DefaultStore, state = RecorderPaths.DefaultState;
        string? subject = null, profile = null, enforced = null, profiles = null;
        bool follows = false;
        for (int i = 1; i < words.Length; i++)
        {
            switch (words[i])
            {
                case "--as": subject = Value(words, ++i); break;
                case "--store": store = Value(words, ++i); break;
                case "--state": state = Value(words, ++i); break;
                case "--complain": profile = Value(words, ++i); break;
                case "--watch": enforced = Value(words, ++i); break;
                case "--profiles": profiles = Value(words, ++i); break;
                case "--follow-annotation": follows = true; break;

                // An option of version 0.1. Its containers may still run, and their hooks must not fail.
                case "--notify": break;
                default: throw new OciHooksException($"unknown option {words[i]}; {Usage}");
            }
        }

        return new Arguments(Value(words, 0), new RecorderPaths(new FilePath(state), new FilePath(store)))
        {
            Subject = subject,
            Profile = PathOf(profile),
            EnforcedProfile = PathOf(enforced),
            FollowsAnnotation = follows,
            Profiles = profiles,
        };
    }

    private static string Value(string[] words, int index) => index < words.Length ? words[index] : throw new OciHooksException(Usage);

    private static FilePath? PathOf(string? text) => text is null ? null : new FilePath(text);
}
