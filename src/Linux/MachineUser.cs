using System.Buffers.Text;

namespace Linux;

/// <summary>Who runs this, as others on the machine see it.</summary>
internal static class MachineUser
{
    /// <summary>The number of the user outside the user namespace, user_namespaces(7); without one, the effective user's.</summary>
    internal static uint Number
    {
        get
        {
            uint user = Libc.geteuid();
            return Outside(user, KernelFile.TryRead(new FilePath("/proc/self/uid_map"u8), out _)) ?? user;
        }
    }

    /// <summary>What a user is outside, by a map as uid_map has it: each line a first number inside, one outside, and how many.</summary>
    internal static uint? Outside(uint user, ReadOnlySpan<byte> map)
    {
        foreach (Range line in map.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> rest = map[line];
            if (TakeNumber(ref rest, out uint inside) && TakeNumber(ref rest, out uint outside) && TakeNumber(ref rest, out uint count)
                && user >= inside && user - inside < count)
            {
                return outside + (user - inside);
            }
        }

        return null;
    }

    private static bool TakeNumber(ref ReadOnlySpan<byte> text, out uint number)
    {
        text = text.TrimStart((byte)' ');
        bool isNumber = Utf8Parser.TryParse(text, out number, out int length);
        text = text[length..];
        return isNumber;
    }
}
