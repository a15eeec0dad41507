using System.Globalization;

namespace Re2;

/// <summary>The classes \p{Name} knows: general categories and scripts, in the exact spelling of Unicode.</summary>
internal static class UnicodeClasses
{
    /// <summary>The names of the general categories, in the order of <see cref="UnicodeCategory"/>.</summary>
    private const string Categories = "LuLlLtLmLoMnMcMeNdNlNoZsZlZpCcCfCsCoPcPdPsPePiPfPoSmScSkSo";

    /// <summary>The class of a name, or null if there is none.</summary>
    public static CharClass? Find(ReadOnlySpan<char> name)
    {
        if (name.SequenceEqual("Any"))
        {
            return new CharClass([0, CharClass.MaxRune]);
        }

        int categories = CategoriesNamed(name);
        return categories == 0 ? UnicodeScripts.Find(name) : InCategories(categories);
    }

    /// <summary>A bit for each category of that name; a single letter names several.</summary>
    private static int CategoriesNamed(ReadOnlySpan<char> name)
    {
        int bits = 0;
        for (int i = 0; i < Categories.Length && name.Length is 1 or 2; i += 2)
        {
            if (Categories.AsSpan(i, name.Length).SequenceEqual(name))
            {
                bits |= 1 << (i / 2);
            }
        }

        return bits;
    }

    private static CharClass InCategories(int categories)
    {
        var members = new CharClassBuilder();
        AddMembers(members, categories, 0, 0x3FFFF);

        // Between these there is nothing, and it would take long to find that out.
        AddMembers(members, categories, 0xE0000, 0xE0FFF);
        if ((categories & (1 << (int)UnicodeCategory.PrivateUse)) != 0)
        {
            members.Add(0xF0000, 0xFFFFD);
            members.Add(0x100000, 0x10FFFD);
        }

        return members.Build();
    }

    private static void AddMembers(CharClassBuilder members, int categories, int first, int last)
    {
        for (int rune = first; rune <= last; rune++)
        {
            if ((categories & (1 << (int)CharUnicodeInfo.GetUnicodeCategory(rune))) != 0)
            {
                members.Add(rune);
            }
        }
    }
}
