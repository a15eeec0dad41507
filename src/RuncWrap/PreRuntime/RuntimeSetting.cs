using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HookEngine.Reading.Settings;
using Linux;
using Linux.Paths;

namespace RuncWrap.PreRuntime;

/// <summary>
/// Takes the <c>runtime</c> setting, and nothing else, out of the settings file without the managed runtime, for commands that need
/// no patch. Never fails: a broken settings file must not keep anyone from stopping a container, so that what cannot be
/// understood is passed over, and so is a file that others than root may replace. HookEngine's SettingsFile is the strict reader; tests
/// hold the two against each other.
/// </summary>
internal unsafe ref struct RuntimeSetting
{
    /// <summary>How long the setting may be, in bytes.</summary>
    internal const int CandidatesLimit = 8 * 1024;

    /// <summary>Where the file is read to: the stack may be smaller, getrlimit(2) RLIMIT_STACK.</summary>
    private static SettingsText s_text;

    private ReadOnlySpan<byte> _rest;

    /// <summary>
    /// Writes the setting, or the default if there is none, as <see cref="LowLevelRuntime.Find"/> takes it; nothing, if it takes more to see
    /// whether the file is to be trusted, symbolic links, shared directories or mounts: that is for a managed reader.
    /// </summary>
    /// <param name="settingsPath">The settings file.</param>
    /// <param name="candidates">Room for <see cref="CandidatesLimit"/> bytes.</param>
    internal static void Read(byte* settingsPath, byte* candidates)
    {
        byte* text = (byte*)Unsafe.AsPointer(ref Unsafe.As<SettingsText, byte>(ref s_text));
        nint length = 0;
        int fd = Libc.Open(settingsPath, Libc.O_RDONLY | Libc.O_NONBLOCK);
        if (fd >= 0)
        {
            // Who may write the setting chooses what root executes. Creates are refused with such a file.
            bool isTrusted = Libc.StatDescriptor(fd, out FileStatus status) && IsWhereItSeems(fd, settingsPath)
                && Ownership.IsTrusted(status, MemoryMarshal.CreateReadOnlySpanFromNullTerminated(settingsPath)) && IsWayTrusted(settingsPath, fd, status.Device);
            length = isTrusted ? ReadAll(fd, text, status.Size) : 0;
            _ = Libc.close(fd);
            if (!isTrusted)
            {
                candidates[0] = 0;
                return;
            }
        }

        Find(new ReadOnlySpan<byte>(text, (int)Math.Max(length, 0)), new Span<byte>(candidates, CandidatesLimit));
    }

    /// <summary>Reads a file of that size, in as many pieces as it comes in. How much of it there is; nothing if it cannot be read.</summary>
    private static nint ReadAll(int fd, byte* text, long size)
    {
        nint length = 0;
        while (length < Math.Min(size, SettingsFile.SizeLimit))
        {
            nint count = Libc.ReadAt(fd, text + length, SettingsFile.SizeLimit - length, length);
            if (count <= 0)
            {
                return count < 0 ? 0 : length;
            }

            length += count;
        }

        return length;
    }

    /// <summary>Whether a path leads to its file without links, as /proc/self/fd tells, proc(5).</summary>
    private static bool IsWhereItSeems(int fd, byte* path)
    {
        byte* real = stackalloc byte[LowLevelRuntime.PathMax];
        nint length = Libc.ReadDescriptorPath(fd, real, LowLevelRuntime.PathMax);
        return length > 0 && MemoryMarshal.CreateReadOnlySpanFromNullTerminated(path).SequenceEqual(new ReadOnlySpan<byte>(real, (int)length));
    }

    /// <summary>Whether nobody but root may put another file in the place of one: its directory is root's alone, those above at least sticky, no mount a user's.</summary>
    private static bool IsWayTrusted(byte* path, int file, ulong device)
    {
        ReadOnlySpan<byte> rest = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(path);
        byte* directory = stackalloc byte[LowLevelRuntime.PathMax];
        for (int slash = rest.LastIndexOf((byte)'/'), last = slash; slash >= 0; slash = rest[..slash].LastIndexOf((byte)'/'))
        {
            ReadOnlySpan<byte> name = slash == 0 ? "/"u8 : rest[..slash];
            name.CopyTo(new Span<byte>(directory, LowLevelRuntime.PathMax));
            directory[name.Length] = 0;
            if (!Libc.Stat(directory, out FileStatus status) || !(Ownership.IsTrusted(status, name) || (slash < last && Ownership.IsTrustedAbove(status))))
            {
                return false;
            }

            if (status.Device != device && (IsFuse(file) || IsFuse(directory)))
            {
                return false;
            }

            device = status.Device;
        }

        return true;
    }

    private static bool IsFuse(int file) => !Libc.StatFileSystem(file, out FileSystemStatus system) || system.IsFuse;

    private static bool IsFuse(byte* path) => !Libc.StatFileSystem(path, out FileSystemStatus system) || system.IsFuse;

    /// <summary>As <see cref="Read"/>, from the file's text.</summary>
    internal static void Find(ReadOnlySpan<byte> json, Span<byte> candidates)
    {
        candidates[0] = 0;
        var scanner = new RuntimeSetting { _rest = json.StartsWith("\uFEFF"u8) ? json[3..] : json };
        scanner.ScanDocument(candidates);
        if (candidates[0] == 0)
        {
            "runc\0crun\0\0"u8.CopyTo(candidates);
        }
    }

    private void ScanDocument(Span<byte> candidates)
    {
        Span<byte> key = stackalloc byte[16];
        if (!Take((byte)'{'))
        {
            return;
        }

        while (ReadString(key, out int length) && Take((byte)':'))
        {
            bool understood = EqualsIgnoreCase(key[..Math.Max(length, 0)], "runtime"u8) ? ReadCandidates(candidates) : SkipValue();
            if (!understood || !Take((byte)','))
            {
                return;
            }
        }
    }

    private bool ReadCandidates(Span<byte> candidates)
    {
        if (Peek() == '"')
        {
            return AddCandidate(ref candidates);
        }

        if (!Take((byte)'['))
        {
            return SkipValue();
        }

        while (Peek() == '"')
        {
            if (!AddCandidate(ref candidates) || !Take((byte)','))
            {
                break;
            }
        }

        return Take((byte)']');
    }

    /// <summary>Adds a string as a candidate if it can be one, keeping the list ended.</summary>
    private bool AddCandidate(ref Span<byte> candidates)
    {
        // Two bytes are for the ends of the candidate and of the list.
        Span<byte> room = candidates.Length > 2 ? candidates[..^2] : [];
        if (!ReadString(room, out int length))
        {
            candidates[0] = 0;
            return false;
        }

        bool usable = length > 0 && (candidates[0] == '/' || !candidates[..length].Contains((byte)'/')) && !candidates[..length].Contains((byte)0);
        if (usable)
        {
            candidates[length] = 0;
            candidates = candidates[(length + 1)..];
        }

        candidates[0] = 0;
        return true;
    }

    private bool SkipValue()
    {
        switch (Peek())
        {
            case (byte)'"':
                return ReadString([], out _);
            case (byte)'{' or (byte)'[':
                return SkipNested();
            default:
                int end = _rest.IndexOfAny(",}] \t\r\n/"u8);
                _rest = end < 0 ? [] : _rest[end..];
                return end > 0;
        }
    }

    private bool SkipNested()
    {
        int depth = 0;
        do
        {
            byte next = Peek();
            if (next == '"')
            {
                if (!ReadString([], out _))
                {
                    return false;
                }

                continue;
            }

            if (next == 0)
            {
                return false;
            }

            depth += next is (byte)'{' or (byte)'[' ? 1 : next is (byte)'}' or (byte)']' ? -1 : 0;
            _rest = _rest[1..];
        }
        while (depth > 0);
        return true;
    }

    /// <summary>
    /// Reads a string, decoded. Its length is -1 if it does not fit, which is still a string.
    /// </summary>
    private bool ReadString(scoped Span<byte> result, out int length)
    {
        length = 0;
        if (!Take((byte)'"'))
        {
            return false;
        }

        bool fits = true;
        while (!_rest.IsEmpty && _rest[0] != '"')
        {
            if (_rest[0] < ' ' || !ReadCharacter(result, ref length, ref fits))
            {
                return false;
            }
        }

        length = fits ? length : -1;
        return !_rest.IsEmpty && TakeByte();
    }

    private bool ReadCharacter(scoped Span<byte> result, ref int length, ref bool fits)
    {
        byte character = _rest[0];
        _rest = _rest[1..];
        if (character != '\\')
        {
            Append(result, ref length, ref fits, character);
            return true;
        }

        if (_rest.IsEmpty)
        {
            return false;
        }

        byte escape = _rest[0];
        _rest = _rest[1..];
        if (escape == 'u')
        {
            return ReadUnicodeEscape(result, ref length, ref fits);
        }

        byte plain = escape switch
        {
            (byte)'b' => (byte)'\b',
            (byte)'f' => (byte)'\f',
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'"' or (byte)'\\' or (byte)'/' => escape,
            _ => 0,
        };
        Append(result, ref length, ref fits, plain);
        return plain != 0;
    }

    private bool ReadUnicodeEscape(scoped Span<byte> result, ref int length, ref bool fits)
    {
        int code = ReadHex();
        if (code is >= 0xD800 and < 0xDC00 && _rest.StartsWith("\\u"u8))
        {
            _rest = _rest[2..];
            int low = ReadHex();
            code = low is >= 0xDC00 and < 0xE000 ? 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00) : -1;
        }

        if (code is < 0 or (>= 0xD800 and < 0xE000))
        {
            return false;
        }

        // UTF-8, RFC 3629 section 3.
        int following = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
        int lead = following switch { 0 => 0, 1 => 0xC0, 2 => 0xE0, _ => 0xF0 };
        Append(result, ref length, ref fits, (byte)(lead | (code >> (6 * following))));
        while (following-- > 0)
        {
            Append(result, ref length, ref fits, (byte)(0x80 | ((code >> (6 * following)) & 0x3F)));
        }

        return true;
    }

    private int ReadHex()
    {
        int value = 0;
        for (int i = 0; i < 4; i++)
        {
            int digit = i < _rest.Length && char.IsAsciiHexDigit((char)_rest[i]) ? HexValue(_rest[i]) : -1;
            if (digit < 0)
            {
                return -1;
            }

            value = (value << 4) | digit;
        }

        _rest = _rest[4..];
        return value;
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private static void Append(Span<byte> result, ref int length, ref bool fits, byte value)
    {
        if (length < result.Length)
        {
            result[length++] = value;
        }
        else
        {
            fits = false;
        }
    }

    /// <summary>Takes a token that must come next, after white space and comments.</summary>
    private bool Take(byte token) => Peek() == token && TakeByte();

    private bool TakeByte()
    {
        _rest = _rest[1..];
        return true;
    }

    /// <summary>The first byte after white space and comments; 0 at the end.</summary>
    private byte Peek()
    {
        while (!_rest.IsEmpty)
        {
            if (_rest[0] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                _rest = _rest[1..];
            }
            else if (_rest.StartsWith("//"u8))
            {
                int end = _rest.IndexOf((byte)'\n');
                _rest = end < 0 ? [] : _rest[end..];
            }
            else if (_rest.StartsWith("/*"u8))
            {
                int end = _rest[2..].IndexOf("*/"u8);
                _rest = end < 0 ? [] : _rest[(end + 4)..];
            }
            else
            {
                return _rest[0];
            }
        }

        return 0;
    }

    private static bool EqualsIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower)
    {
        if (text.Length != lower.Length)
        {
            return false;
        }

        for (int i = 0; i < text.Length; i++)
        {
            byte folded = text[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(text[i] | 0x20) : text[i];
            if (folded != lower[i])
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>Room for the text of a settings file.</summary>
internal unsafe struct SettingsText
{
    internal fixed byte Bytes[SettingsFile.SizeLimit];
}
