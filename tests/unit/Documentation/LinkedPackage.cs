using System.Text.Json;
using System.Xml.Linq;

namespace UnitTests.Documentation;

/// <summary>A package whose code is in a program.</summary>
/// <param name="Name">The package's name.</param>
/// <param name="Licence">The SPDX expression of its licence; null if it names none.</param>
/// <param name="Copyright">The owner of its copyright.</param>
internal sealed record LinkedPackage(string Name, string? Licence, string Copyright)
{
    private static readonly string[] s_copyrightWords = ["Copyright", "©", "(c)"];

    /// <summary>Returns the packages that a program's restore resolved, without packages that have no files for the run time.</summary>
    /// <param name="assets">The restore's <c>project.assets.json</c>.</param>
    internal static IReadOnlyList<LinkedPackage> Of(string assets)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(assets));
        string[] folders = [.. json.RootElement.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name)];
        JsonElement libraries = json.RootElement.GetProperty("libraries");
        string[] linked =
        [
            .. json.RootElement.GetProperty("targets").EnumerateObject()
                .SelectMany(target => target.Value.EnumerateObject())
                .Where(library => library.Value.GetProperty("type").GetString() == "package" && IsInProgram(library.Value))
                .Select(library => library.Name)
                .Distinct(),
        ];
        return [.. linked.Select(name => Read(Nuspec(folders, libraries.GetProperty(name))))];
    }

    /// <summary>Reads a package from its metadata.</summary>
    internal static LinkedPackage Read(string nuspec)
    {
        XElement metadata = XDocument.Load(nuspec).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
        string? Text(string name) => metadata.Elements().FirstOrDefault(element => element.Name.LocalName == name)?.Value.Trim();
        bool hasExpression = metadata.Elements().Any(element => element.Name.LocalName == "license" && (string?)element.Attribute("type") == "expression");
        return new LinkedPackage(
            Text("id")!,
            hasExpression ? Text("license") : null,
            Plain(Text("copyright") is { Length: > 0 } copyright ? copyright : Text("authors")!));
    }

    private static bool IsInProgram(JsonElement library) => new[] { "runtime", "native", "runtimeTargets", "resource" }.Any(kind =>
        library.TryGetProperty(kind, out JsonElement files) && files.EnumerateObject().Any(file => !file.Name.EndsWith("/_._", StringComparison.Ordinal)));

    private static string Nuspec(string[] folders, JsonElement library)
    {
        string name = library.GetProperty("files").EnumerateArray().Select(file => file.GetString()!).Single(file => file.EndsWith(".nuspec", StringComparison.Ordinal));
        return folders.Select(folder => Path.Combine(folder, library.GetProperty("path").GetString()!, name)).First(File.Exists);
    }

    private static string Plain(string copyright)
    {
        string plain = copyright.Replace("All rights reserved.", "", StringComparison.OrdinalIgnoreCase).Trim();
        while (Array.Find(s_copyrightWords, word => plain.StartsWith(word, StringComparison.OrdinalIgnoreCase)) is { } word)
        {
            plain = plain[word.Length..].TrimStart();
        }

        return plain.TrimEnd('.');
    }
}
