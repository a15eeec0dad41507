using Linux;
using SeccompRecorder.Bpf;
using SeccompRecorder.State;

namespace SeccompRecorder.Commands;

/// <summary>
/// Recordings for which no poststop hook was called: of containers that ended with their engine, or whose create failed after the hook.
/// </summary>
internal static class OrphanedRecordings
{
    /// <summary>
    /// Ends the orphaned recordings and stores them. A recording that cannot be stored stays noted, and the next call tries again.
    /// </summary>
    /// <param name="state">The directory of noted recordings.</param>
    /// <param name="program">The eBPF programs.</param>
    /// <param name="own">The name of the recording that the caller handles, which does not count as orphaned; null for none.</param>
    /// <returns>The other recordings that are still noted, of running containers and of others.</returns>
    internal static List<OngoingRecording> Finish(FilePath state, SharedProgram program, string? own)
    {
        List<OngoingRecording> noted = OngoingRecording.ReadAll(state);
        List<OngoingRecording> ended = noted.FindAll(recording => recording.Name != own && !recording.IsAlive);
        ended.ForEach(recording => End(recording, state, program));
        return (ended.Count > 0 ? OngoingRecording.ReadAll(state) : noted).FindAll(recording => recording.Name != own);
    }

    /// <summary>Ends a recording and reports a failure. A failure of one container must not keep another from starting.</summary>
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
