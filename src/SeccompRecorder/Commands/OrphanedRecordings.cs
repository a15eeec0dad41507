using Linux;
using SeccompRecorder.Bpf;
using SeccompRecorder.State;

namespace SeccompRecorder.Commands;

/// <summary>
/// Recordings that no poststop hook came for: of containers that ended with their engine, or whose create failed after the hook.
/// </summary>
internal static class OrphanedRecordings
{
    /// <summary>Ends them, and stores what they recorded. What cannot be stored stays, and is tried again the next time.</summary>
    /// <param name="state">Where recordings are noted.</param>
    /// <param name="program">The program.</param>
    /// <param name="own">The recording that this process is for, which is none.</param>
    /// <returns>Those that are still noted, of containers that run and of others.</returns>
    internal static List<OngoingRecording> Finish(FilePath state, SharedProgram program, string? own)
    {
        List<OngoingRecording> noted = OngoingRecording.ReadAll(state);
        List<OngoingRecording> ended = noted.FindAll(recording => recording.Name != own && !recording.IsAlive);
        ended.ForEach(recording => End(recording, state, program));
        return (ended.Count > 0 ? OngoingRecording.ReadAll(state) : noted).FindAll(recording => recording.Name != own);
    }

    /// <summary>What cannot be kept of one container must not keep another from starting.</summary>
    internal static void End(OngoingRecording recording, FilePath state, SharedProgram program)
    {
        try
        {
            StopCommand.End(recording, state, program);
        }
        catch (OciHooksException failure)
        {
            RecorderEvent.WriteNotRecorded(recording.Container, recording.ContainerName, recording.Image, failure.Message);
        }
    }
}
