using System.Runtime.InteropServices;
using System.Text;
using Linux;

namespace SeccompRecorder.Bpf;

/// <summary>The types that a kernel describes in the BPF type format, Documentation/bpf/btf.rst of Linux.</summary>
internal ref struct KernelTypes
{
    /// <summary>The file in which the running kernel describes its types.</summary>
    internal static readonly FilePath File = new("/sys/kernel/btf/vmlinux"u8);

    private const ushort Magic = 0xeb9f;
    private const int Struct = 4;
    private const int Union = 5;
    private const int TypeSize = 12;
    private const int MemberSize = 12;

    private readonly ReadOnlySpan<byte> _types;
    private readonly ReadOnlySpan<byte> _strings;
    private readonly Dictionary<string, int> _structures = [];

    /// <param name="btf">The contents of /sys/kernel/btf/vmlinux.</param>
    /// <param name="names">The structures to look up later.</param>
    internal KernelTypes(ReadOnlySpan<byte> btf, params ReadOnlySpan<string> names)
    {
        if (btf.Length < 24 || MemoryMarshal.Read<ushort>(btf) != Magic)
        {
            throw new OciHooksException("/sys/kernel/btf/vmlinux: is not in the BPF type format; record on another kernel");
        }

        int header = Word(btf, 4);
        _types = btf.Slice(header + Word(btf, 8), Word(btf, 12));
        _strings = btf.Slice(header + Word(btf, 16), Word(btf, 20));
        FindStructures(names);
    }

    /// <summary>Returns the offset of a member in its structure, in bytes.</summary>
    /// <param name="structure">The structure.</param>
    /// <param name="member">The member. It may also be inside a member without a name.</param>
    /// <param name="since">The first kernel that has the member.</param>
    internal readonly int Offset(string structure, string member, string since = "a newer Linux")
    {
        if (_structures.TryGetValue(structure, out int place) && Find(place, Encoding.ASCII.GetBytes(member)) is { } bits)
        {
            return bits / 8;
        }

        throw new OciHooksException(
            $"this kernel has no {structure}.{member}, which tells a container's own calls; record on {since} or later");
    }

    private readonly void FindStructures(ReadOnlySpan<string> names)
    {
        // Offsets of names in the strings. Comparing numbers is faster than comparing the names of 100,000 types.
        var wanted = new Dictionary<int, string>();
        foreach (string name in names)
        {
            int at = _strings.IndexOf(Encoding.ASCII.GetBytes($"\0{name}\0"));
            if (at >= 0)
            {
                wanted.Add(at + 1, name);
            }
        }

        for (int place = 0; place < _types.Length; place = Next(place))
        {
            if (Kind(place) == Struct && wanted.TryGetValue(Word(_types, place), out string? name))
            {
                _structures.TryAdd(name, place);
            }
        }
    }

    /// <summary>Returns the offset of a member in bits; null if there is no member of that name.</summary>
    private readonly int? Find(int structure, ReadOnlySpan<byte> member)
    {
        int info = Word(_types, structure + 4);
        bool hasBitFields = info < 0;
        for (int i = 0; i < (info & 0xffff); i++)
        {
            int place = structure + TypeSize + (i * MemberSize);
            int offset = Word(_types, place + 8) & (hasBitFields ? 0xffffff : -1);
            ReadOnlySpan<byte> name = _strings[Word(_types, place)..];
            name = name[..name.IndexOf((byte)0)];
            if (name.SequenceEqual(member))
            {
                return offset;
            }

            if (name.IsEmpty && FindInType(Word(_types, place + 4), member) is { } inner)
            {
                return offset + inner;
            }
        }

        return null;
    }

    private readonly int? FindInType(int number, ReadOnlySpan<byte> member)
    {
        int place = 0;
        for (int i = 1; i < number; i++)
        {
            place = Next(place);
        }

        return Kind(place) is Struct or Union ? Find(place, member) : null;
    }

    private readonly int Kind(int place) => (Word(_types, place + 4) >> 24) & 0x1f;

    private readonly int Next(int place)
    {
        int count = Word(_types, place + 4) & 0xffff;
        return place + TypeSize + (Kind(place) switch
        {
            1 or 14 or 17 => 4,
            3 => 12,
            Struct or Union or 15 or 19 => 12 * count,
            6 or 13 => 8 * count,
            _ => 0,
        });
    }

    private static int Word(ReadOnlySpan<byte> bytes, int at) => MemoryMarshal.Read<int>(bytes[at..]);
}
