using System.Text.Json;

namespace IntegrationTests.Corpus;

/// <summary>A file of tests/corpus, with one JSON object per line.</summary>
internal static class CorpusFile
{
    public static IEnumerable<JsonElement> Read(string name) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "corpus", name))
            .Select(line => JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 12000 }).RootElement);
}
