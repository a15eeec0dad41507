using System.Globalization;
using Re2;

namespace UnitTests.Re2;

public sealed class UnicodeClassesTests
{
    private const string Categories = "LuLlLtLmLoMnMcMeNdNlNoZsZlZpCcCfCsCoPcPdPsPePiPfPoSmScSkSo";

    [Fact]
    public void Every_category_has_the_members_dotnet_gives_it()
    {
        for (int i = 0; i < Categories.Length; i += 2)
        {
            CharClass members = UnicodeClasses.Find(Categories.AsSpan(i, 2))!;
            var category = (UnicodeCategory)(i / 2);

            Assert.DoesNotContain(
                Enumerable.Range(0, CharClass.MaxRune + 1),
                rune => members.Contains(rune) != (CharUnicodeInfo.GetUnicodeCategory(rune) == category));
        }
    }

    [Theory]
    [InlineData("L", "a\u00E9\u65E5\u01C5\u02B0", "1 ")]
    [InlineData("N", "1\u00B2\u2167", "a")]
    [InlineData("Any", "a1 \n\U0010FFFF", "")]
    [InlineData("Greek", "\u03B1\u1F00", "a\u0436")]
    [InlineData("Han", "\u6F22\U00020000", "\u3072")]
    [InlineData("Common", "!\U0001F600", "a")]
    [InlineData("Canadian_Aboriginal", "\u1400", "a")]
    [InlineData("Adlam", "\U0001E900", "a")]
    [InlineData("Zanabazar_Square", "\U00011A47", "\U00011A48")]
    [InlineData("Yezidi", "\U00010E80\U00010EB1", "\U00010EAA")]
    public void A_name_stands_for_its_members(string name, string members, string others)
    {
        CharClass named = UnicodeClasses.Find(name)!;

        Assert.All(members.EnumerateRunes(), rune => Assert.True(named.Contains(rune.Value)));
        Assert.All(others.EnumerateRunes(), rune => Assert.False(named.Contains(rune.Value)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("Cn")]
    [InlineData("greek")]
    [InlineData("Gree")]
    [InlineData("reek")]
    [InlineData("Greek ")]
    [InlineData("Greek 370")]
    [InlineData("1")]
    [InlineData("10")]
    [InlineData("FB")]
    [InlineData("Letter")]
    [InlineData("LC")]
    [InlineData("lu")]
    [InlineData("uL")]
    [InlineData("\n")]
    public void Other_names_are_unknown(string name)
    {
        Assert.Null(UnicodeClasses.Find(name));
    }

    [Fact]
    public void No_code_point_is_in_two_scripts()
    {
        var scripts = new List<CharClass>();
        foreach (string name in ScriptNames())
        {
            scripts.Add(UnicodeScripts.Find(name)!);
        }

        int[] counts = new int[CharClass.MaxRune + 1];
        foreach (CharClass script in scripts)
        {
            for (int i = 0; i < script.Bounds.Length; i += 2)
            {
                for (int rune = script.Bounds[i]; rune <= script.Bounds[i + 1]; rune++)
                {
                    counts[rune]++;
                }
            }
        }

        Assert.Equal(156, scripts.Count);
        Assert.Equal(1, counts.Max());
        Assert.Equal(143_924, counts.Count(count => count == 1));
    }

    /// <summary>Returns all scripts of Unicode 13.</summary>
    private static string[] ScriptNames() =>
    [
        "Adlam", "Ahom", "Anatolian_Hieroglyphs", "Arabic", "Armenian", "Avestan", "Balinese", "Bamum", "Bassa_Vah",
        "Batak", "Bengali", "Bhaiksuki", "Bopomofo", "Brahmi", "Braille", "Buginese", "Buhid",
        "Canadian_Aboriginal", "Carian", "Caucasian_Albanian", "Chakma", "Cham", "Cherokee", "Chorasmian", "Common",
        "Coptic", "Cuneiform", "Cypriot", "Cyrillic", "Deseret", "Devanagari", "Dives_Akuru", "Dogra", "Duployan",
        "Egyptian_Hieroglyphs", "Elbasan", "Elymaic", "Ethiopic", "Georgian", "Glagolitic", "Gothic", "Grantha",
        "Greek", "Gujarati", "Gunjala_Gondi", "Gurmukhi", "Han", "Hangul", "Hanifi_Rohingya", "Hanunoo", "Hatran",
        "Hebrew", "Hiragana", "Imperial_Aramaic", "Inherited", "Inscriptional_Pahlavi", "Inscriptional_Parthian",
        "Javanese", "Kaithi", "Kannada", "Katakana", "Kayah_Li", "Kharoshthi", "Khitan_Small_Script", "Khmer",
        "Khojki", "Khudawadi", "Lao", "Latin", "Lepcha", "Limbu", "Linear_A", "Linear_B", "Lisu", "Lycian",
        "Lydian", "Mahajani", "Makasar", "Malayalam", "Mandaic", "Manichaean", "Marchen", "Masaram_Gondi",
        "Medefaidrin", "Meetei_Mayek", "Mende_Kikakui", "Meroitic_Cursive", "Meroitic_Hieroglyphs", "Miao", "Modi",
        "Mongolian", "Mro", "Multani", "Myanmar", "Nabataean", "Nandinagari", "New_Tai_Lue", "Newa", "Nko", "Nushu",
        "Nyiakeng_Puachue_Hmong", "Ogham", "Ol_Chiki", "Old_Hungarian", "Old_Italic", "Old_North_Arabian",
        "Old_Permic", "Old_Persian", "Old_Sogdian", "Old_South_Arabian", "Old_Turkic", "Oriya", "Osage", "Osmanya",
        "Pahawh_Hmong", "Palmyrene", "Pau_Cin_Hau", "Phags_Pa", "Phoenician", "Psalter_Pahlavi", "Rejang", "Runic",
        "Samaritan", "Saurashtra", "Sharada", "Shavian", "Siddham", "SignWriting", "Sinhala", "Sogdian",
        "Sora_Sompeng", "Soyombo", "Sundanese", "Syloti_Nagri", "Syriac", "Tagalog", "Tagbanwa", "Tai_Le",
        "Tai_Tham", "Tai_Viet", "Takri", "Tamil", "Tangut", "Telugu", "Thaana", "Thai", "Tibetan", "Tifinagh",
        "Tirhuta", "Ugaritic", "Vai", "Wancho", "Warang_Citi", "Yezidi", "Yi", "Zanabazar_Square",
    ];
}
