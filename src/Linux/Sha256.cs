using System.Buffers.Binary;
using System.Numerics;

namespace Linux;

/// <summary>
/// SHA-256, FIPS 180-4. The framework's own loads OpenSSL, which a program without shared libraries cannot; this one also works before
/// the managed runtime is started: it does not allocate, throw, or touch a type with a static constructor.
/// </summary>
internal unsafe ref struct Sha256
{
    /// <summary>How many bytes a digest has.</summary>
    internal const int DigestLength = 32;

    private const int BlockLength = 64;
    private const int Rounds = 64;
    private const int ChunkLength = 16 * 1024;

    /// <summary>The first 32 bits of the fractional parts of the cube roots of the first 64 primes, section 4.2.2.</summary>
    private static ReadOnlySpan<uint> Constants =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    private fixed uint _state[8];

    /// <summary>Whether a text is a digest as rules write it.</summary>
    internal static bool IsText(string text) => text.Length == 2 * DigestLength && !text.AsSpan().ContainsAnyExcept("0123456789abcdef");

    /// <summary>The digest of some bytes.</summary>
    internal static void Hash(ReadOnlySpan<byte> bytes, Span<byte> digest)
    {
        var sha = new Sha256();
        sha.Begin();
        int whole = bytes.Length / BlockLength * BlockLength;
        sha.AddBlocks(bytes[..whole]);
        sha.End(bytes[whole..], bytes.Length, digest);
    }

    /// <summary>The digest of all of an open file. False with errno if it cannot be read.</summary>
    internal static bool HashFile(int descriptor, Span<byte> digest)
    {
        var sha = new Sha256();
        sha.Begin();
        byte* chunk = stackalloc byte[ChunkLength];
        long total = 0;
        int filled = 0;
        while (true)
        {
            nint count = Libc.ReadAt(descriptor, chunk + filled, ChunkLength - filled, total);
            if (count < 0)
            {
                return false;
            }

            if (count == 0)
            {
                sha.End(new ReadOnlySpan<byte>(chunk, filled), total, digest);
                return true;
            }

            total += count;
            filled += (int)count;
            int whole = filled / BlockLength * BlockLength;
            sha.AddBlocks(new ReadOnlySpan<byte>(chunk, whole));
            new ReadOnlySpan<byte>(chunk + whole, filled - whole).CopyTo(new Span<byte>(chunk, ChunkLength));
            filled -= whole;
        }
    }

    /// <summary>Whether a digest is the one that a text of 64 lower-case hexadecimal digits tells.</summary>
    internal static bool Matches(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> text)
    {
        bool equal = text.Length == 2 * DigestLength;
        for (int i = 0; equal && i < DigestLength; i++)
        {
            equal = text[2 * i] == Digit(digest[i] >> 4) && text[(2 * i) + 1] == Digit(digest[i] & 0xF);
        }

        return equal;
    }

    private static int Digit(int value) => value < 10 ? '0' + value : 'a' + value - 10;

    /// <summary>Section 5.3.3.</summary>
    private void Begin()
    {
        _state[0] = 0x6a09e667;
        _state[1] = 0xbb67ae85;
        _state[2] = 0x3c6ef372;
        _state[3] = 0xa54ff53a;
        _state[4] = 0x510e527f;
        _state[5] = 0x9b05688c;
        _state[6] = 0x1f83d9ab;
        _state[7] = 0x5be0cd19;
    }

    private void AddBlocks(scoped ReadOnlySpan<byte> blocks)
    {
        for (; blocks.Length >= BlockLength; blocks = blocks[BlockLength..])
        {
            AddBlock(blocks);
        }
    }

    /// <summary>The rest with its padding, section 5.1.1.</summary>
    private void End(scoped ReadOnlySpan<byte> rest, long total, scoped Span<byte> digest)
    {
        Span<byte> last = stackalloc byte[2 * BlockLength];
        last.Clear();
        rest.CopyTo(last);
        last[rest.Length] = 0x80;
        int length = rest.Length < BlockLength - 8 ? BlockLength : 2 * BlockLength;
        BinaryPrimitives.WriteInt64BigEndian(last[(length - 8)..], total * 8);
        AddBlocks(last[..length]);
        for (int i = 0; i < 8; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(digest[(4 * i)..], _state[i]);
        }
    }

    /// <summary>Section 6.2.2.</summary>
    private void AddBlock(scoped ReadOnlySpan<byte> block)
    {
        uint* w = stackalloc uint[Rounds];
        for (int t = 0; t < 16; t++)
        {
            w[t] = BinaryPrimitives.ReadUInt32BigEndian(block[(4 * t)..]);
        }

        for (int t = 16; t < Rounds; t++)
        {
            uint s0 = BitOperations.RotateRight(w[t - 15], 7) ^ BitOperations.RotateRight(w[t - 15], 18) ^ (w[t - 15] >> 3);
            uint s1 = BitOperations.RotateRight(w[t - 2], 17) ^ BitOperations.RotateRight(w[t - 2], 19) ^ (w[t - 2] >> 10);
            w[t] = s1 + w[t - 7] + s0 + w[t - 16];
        }

        uint a = _state[0], b = _state[1], c = _state[2], d = _state[3], e = _state[4], f = _state[5], g = _state[6], h = _state[7];
        for (int t = 0; t < Rounds; t++)
        {
            uint s1 = BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25);
            uint t1 = h + s1 + ((e & f) ^ (~e & g)) + Constants[t] + w[t];
            uint s0 = BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22);
            uint t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + t1, c, b, a, t1 + t2);
        }

        _state[0] += a;
        _state[1] += b;
        _state[2] += c;
        _state[3] += d;
        _state[4] += e;
        _state[5] += f;
        _state[6] += g;
        _state[7] += h;
    }
}
