using System.Globalization;
using System.Text;

namespace UnitTests.Documentation;

/// <summary>Compares the packages in <c>docs/third-party.md</c> with those that the restores of the three programs resolved.</summary>
public sealed class ThirdPartyTests
{
    private const string Heading = "## Packages\n\n";

    private static readonly string[] s_programs = ["HookCtl", "RuncWrap", "SeccompRecorder"];

    private static string Document => Path.Combine(Repository.Root, "docs", "third-party.md");

    /// <summary>If UPDATE_GOLDEN is set in the environment, the test writes the file. Check the difference before you commit it.</summary>
    [Fact]
    public void The_table_of_packages_is_that_of_the_programs()
    {
        string text = File.ReadAllText(Document);
        int start = text.IndexOf(Heading, StringComparison.Ordinal) + Heading.Length;
        int end = text.IndexOf("\n\n", start, StringComparison.Ordinal) + 1;
        string expected = text[..start] + Table() + text[end..];
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") is { Length: > 0 })
        {
            File.WriteAllText(Document, expected);
        }

        Assert.True(
            expected == File.ReadAllText(Document),
            $"docs/third-party.md: the table below \"## Packages\" is to be (UPDATE_GOLDEN=1 dotnet test tests/unit writes it):\n\n{Table()}");
    }

    [Fact]
    public void The_text_of_each_licence_is_there() => Assert.All(
        Packages().Keys,
        package => Assert.Null(Problem(package, File.ReadAllText(Document))));

    [Theory]
    [InlineData("<license type=\"expression\">MIT</license>", null)]
    [InlineData("<license type=\"expression\">GPL-3.0-only</license>", "New.Package: docs/third-party.md has no text of its licence, GPL-3.0-only: "
        + "if OciHooks may be given away with it, add a section \"## GPL-3.0-only\", or else take the package out")]
    [InlineData("<license type=\"file\">MIT</license>", "New.Package: names no licence by an SPDX expression: read its licence, "
        + "and tell this test what it is, or take the package out")]
    [InlineData("<licenseUrl>https://example.com/</licenseUrl>", "New.Package: names no licence by an SPDX expression: read its licence, "
        + "and tell this test what it is, or take the package out")]
    public void A_new_package_with_another_licence_is_told(string licence, string? problem)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(
                file,
                $"<package xmlns=\"n\"><metadata><id>New.Package</id><authors>A, B</authors>{licence}<copyright>© 2020 A. All rights reserved.</copyright></metadata></package>");
            var package = LinkedPackage.Read(file);

            Assert.Equal("2020 A", package.Copyright);
            Assert.Equal(problem, Problem(package, File.ReadAllText(Document)));
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>In Debian's file, a paragraph with the licence names each package, or the beginning of its name.</summary>
    [Fact]
    public void Debians_copyright_file_has_every_package()
    {
        string[] paragraphs = File.ReadAllText(Path.Combine(Repository.Root, "packaging", "deb", "copyright")).Split("\n\n");

        Assert.All(Packages().Keys, package => Assert.Contains(paragraphs, paragraph =>
            paragraph.StartsWith("Files: (linked) ", StringComparison.Ordinal)
            && paragraph.Split('\n')[0]["Files: (linked) ".Length..].Split(", ").Any(name => $"{package.Name}.".StartsWith($"{name}.", StringComparison.Ordinal))
            && paragraph.TrimEnd().EndsWith($"\nLicense: {(package.Licence == "MIT" ? "Expat" : package.Licence)}", StringComparison.OrdinalIgnoreCase)));
    }

    private static string? Problem(LinkedPackage package, string document) =>
        package.Licence is null
            ? $"{package.Name}: names no licence by an SPDX expression: read its licence, and tell this test what it is, or take the package out"
        : document.Contains($"\n## {package.Licence}\n", StringComparison.Ordinal) ? null
        : $"{package.Name}: docs/third-party.md has no text of its licence, {package.Licence}: if OciHooks may be given away with it, "
            + $"add a section \"## {package.Licence}\", or else take the package out";

    private static string Table()
    {
        var table = new StringBuilder("| package | in | licence | copyright |\n|---|---|---|---|\n");
        foreach ((LinkedPackage package, string[] programs) in Packages().OrderBy(found => found.Key.Name, StringComparer.Ordinal))
        {
            string place = programs.Length == s_programs.Length ? "all" : string.Join(", ", programs);
            _ = table.Append(CultureInfo.InvariantCulture, $"| {package.Name} | {place} | {package.Licence} | {package.Copyright} |\n");
        }

        return table.ToString();
    }

    /// <summary>Returns each package with the programs that contain it.</summary>
    private static Dictionary<LinkedPackage, string[]> Packages() => s_programs
        .SelectMany(project => LinkedPackage.Of(Path.Combine(Repository.Root, "src", project, "obj", "project.assets.json")), (project, package) => (project, package))
        .GroupBy(found => found.package, found => NameOf(found.project))
        .ToDictionary(group => group.Key, group => group.ToArray());

    private static string NameOf(string project) => project switch
    {
        "HookCtl" => "hookctl",
        "RuncWrap" => "runc-wrap",
        _ => "seccomp-recorder",
    };
}
