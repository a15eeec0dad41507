using System.Text;
using Linux;

namespace SeccompRecorder.State;

/// <summary>
/// A file in the store for each recording that goes on. What is recorded is in the kernel until the container stops, and gone with it: where
/// the machine went down before that, the file is left, and the first start after the boot tells what is lost.
/// </summary>
internal static class BootMark
{
    private const uint OwnerOnly = 0x180; // rw-------
    private static readonly byte[] s_suffix = [.. ".begun"u8];

    /// <summary>Identifies this boot, random(4).</summary>
    internal static string ThisBoot => RecorderPaths.ReadText(new FilePath("/proc/sys/kernel/random/boot_id"u8))?.Trim() ?? "";

    /// <summary>Leaves one, and tells of the one that is there. Without it only the loss is not told.</summary>
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

    /// <summary>Takes it away.</summary>
    internal static void Remove(OngoingRecording recording) => RecorderPaths.Remove(FileOf(recording));

    /// <summary>Tells of the recordings that another boot has begun and none has ended.</summary>
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
