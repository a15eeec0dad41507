using System.Buffers;
using System.Text;
using CliWrap;

namespace HookCtl.Processes;

/// <summary>What a program writes, as text. Of what has no end the first part is kept, lest it fill the memory, and the rest is read and dropped.</summary>
/// <param name="drained">Says when to wait no longer for more.</param>
internal sealed class ProgramOutput(CancellationToken drained)
{
    /// <summary>How much is kept, in bytes: many times the longest answer that is asked for, all containers of Podman.</summary>
    internal const int Limit = 16 * 1024 * 1024;

    private readonly ArrayBufferWriter<byte> _kept = new();

    /// <summary>The text so far, without spaces and line breaks at both ends. Whatever is no UTF-8 becomes U+FFFD.</summary>
    internal string Text => Encoding.UTF8.GetString(_kept.WrittenSpan).Trim();

    /// <summary>Where the program is to write it.</summary>
    internal PipeTarget Target => PipeTarget.Create(ReadAsync);

    private async Task ReadAsync(Stream pipe, CancellationToken token)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(token, drained);
        byte[] buffer = new byte[16 * 1024];
        int count;
        while ((count = await ReadAsync(pipe, buffer, end.Token)) > 0)
        {
            _kept.Write(buffer.AsSpan(0, Math.Min(count, Limit - _kept.WrittenCount)));
        }
    }

    /// <summary>Reads what there is; nothing where no more is waited for.</summary>
    private static async Task<int> ReadAsync(Stream pipe, byte[] buffer, CancellationToken end)
    {
        try
        {
            return await pipe.ReadAsync(buffer, end);
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
    }
}
