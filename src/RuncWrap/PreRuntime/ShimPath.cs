using System.Runtime.InteropServices;

namespace RuncWrap.PreRuntime;

/// <summary>
/// What containerd-shim-hooked-v1 puts first in PATH, so that containerd's shim takes the wrapper for runc. Neither the low-level
/// runtime nor hooks are to see it: a runtime that looks for runc itself (nvidia-container-runtime) would find the wrapper again.
/// </summary>
internal static unsafe class ShimPath
{
    private static ReadOnlySpan<byte> Variable => "PATH="u8;

    /// <summary>How the directory's name ends; what stands before is where OciHooks was installed.</summary>
    private static ReadOnlySpan<byte> Directory => "/ocihooks/shim"u8;

    /// <summary>Takes it out again, in place: the rest of PATH becomes the entry.</summary>
    /// <returns>Whether it was there: then containerd-shim-hooked-v1 is what started the caller.</returns>
    internal static bool RemoveFromPath(byte** environment)
    {
        for (byte** entry = environment; *entry != null; entry++)
        {
            ReadOnlySpan<byte> text = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(*entry);
            if (!text.StartsWith(Variable))
            {
                continue;
            }

            int colon = text.IndexOf((byte)':');
            if (colon < 0 || !text[..colon].EndsWith(Directory))
            {
                return false;
            }

            *entry += colon + 1 - Variable.Length;
            Variable.CopyTo(new Span<byte>(*entry, Variable.Length));
            return true;
        }

        return false;
    }
}
