using System.Text;
using HookCtl.Engines;
using HookCtl.Toml;

namespace UnitTests.HookCtl.Engines;

public sealed class RuntimeTableTests
{
    [Fact]
    public void A_table_has_all_settings_that_say_something_and_is_written_as_it_was_meant()
    {
        RuntimeTable table = Parse("""
            [r.x]
            b = ''
            c = [ 'ä', "d" ]
            unknown = 1.5
            o = { "k.l" = true, n = { m = 7 }, zero = 0 }
            """);

        Assert.Equal(
            """
            [t.x]
              c = ["ä", "d"]
              unknown = 1.5

              [t.x.o]
                "k.l" = true

              [t.x.o.n]
                m = 7

            """, table.Text("t.x", "  "));
        Assert.Equal(["ä", "d"], table.Strings("c"));
        Assert.Empty(table.Strings("b"));
    }

    [Fact]
    public void Tables_differ_by_what_they_say_and_not_by_how_it_is_written()
    {
        RuntimeTable one = Parse("[r.x]\na = 'x'\nb = 1\nc = false\n[r.x.o]\nd = 1\n");
        RuntimeTable other = Parse("r.x = { o = { d = 2, e = [] }, a = \"x\", f = 3 }\n");

        Assert.Equal(
            [("b", null), ("o.d", "o.d"), (null, "f")],
            one.Differences(other).Select(pair => (pair.Own?.Name, pair.Other?.Name)));
    }

    [Fact]
    public void A_setting_is_replaced_in_its_place_added_or_taken_out()
    {
        RuntimeTable table = Parse("[r.x]\na = 'x'\nb = 1\n");

        Assert.Equal("[t]\na = \"y\"\nb = 1\n\n[t.o]\nc = 2\n", table.With("\"y\"", "a").With("2", "o", "c").Text("t", ""));
        Assert.Equal("[t]\nb = 1\n", table.With(null, "a").Text("t", ""));
    }

    private static RuntimeTable Parse(string text) => RuntimeTable.All(TomlText.Parse("f", Encoding.UTF8.GetBytes(text)), "r")["x"];
}
