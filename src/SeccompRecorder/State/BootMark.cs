using System.Text;
using Linux;

namespace SeccompRecorder.State;

/// <summary>
/// A file in the store for each ongoing recording. The kernel holds the records until the container stops, and loses them if the machine
/// goes down. The file then remains, and the first start after the boot reports the loss.
/// </summary>
internal static class BootMark
{
    private const uint OwnerOnly = 0x180; // rw-------
    private static readonly byte[] s_suffix = [.. ".begun"u8];

    /// <summary>The ID of this boot, random(4).</summary>
    internal static string ThisBoot => RecorderPaths.ReadText(new FilePath("/proc/sys/kernel/random/boot_id"u8))?.Trim() ?? "";

    /// <summary>
    /// Writes a mark, and reports a loss if the existing mark is of another boot. If this fails, only the report of a loss is missing.
    /// </summary>
    internal static void Write(OngoingRecording recording)
    {
        var store = new FilePath(recording.Store);
        if (RecorderPaths.TryMake(store) is null)
        {
            ReportIfLost(FileOf(recording));
            string text = string.Join('\n', ThisBoot, recording.Container, recording.ContainerName, recording.Image);
            _ = AtomicReplacement.Create(FileOf(recording), OwnerOnly, Encoding.UTF8.GetBytes(text));
        }
    }

    /// <summary>Removes the mark.</summary>
    internal static void Remove(OngoingRecording recording) => RecorderPaths.Remove(FileOf(recording));

    /// <summary>Reports the recordings that another boot began and did not end.</summary>
    internal static void ReportLost(FilePath store)
    {
        foreach (byte[] name in DirectoryListing.ReadEndingIn(store, s_suffix, out _) ?? [])
        {
            ReportIfLost(store.Combine(name));
        }
    }

    private static void ReportIfLost(FilePath file)
    {
        if (RecorderPaths.ReadText(file)?.Split('\n') is [var boot, var container, var name, var image] && boot != ThisBoot)
        {
            RecorderEvent.WriteNotRecorded(
                container,
                name.Length == 0 ? null : name,
                image.Length == 0 ? null : image,
                "what it did is lost, for the machine went down before it was stopped; stop containers before a reboot");
            RecorderPaths.Remove(file);
        }
    }

    private static FilePath FileOf(OngoingRecording recording) =>
        new FilePath(recording.Store).Combine([.. Encoding.UTF8.GetBytes(recording.ContainerKey), .. s_suffix]);
}
