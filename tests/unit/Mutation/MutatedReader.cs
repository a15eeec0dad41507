namespace Tests.Unit.Mutation;

/// <summary>A reader and what it is given.</summary>
/// <param name="Name">Its name.</param>
/// <param name="FileName">What its errors must say: the file's name, or the end of it.</param>
/// <param name="Read">Reads a text; throws, if it is its error.</param>
/// <param name="Good">Texts that are as they should be.</param>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal sealed record MutatedReader(string Name, string FileName, Action<byte[], MutatedFiles> Read, params string[] Good)
{
    /// <summary>All of them.</summary>
    internal static IReadOnlyList<MutatedReader> All { get; } =
        [.. EngineReaders.All, .. ContainerReaders.All, .. SeccompReaders.All, .. CommandLineReaders.All];

    /// <summary>Texts, one character a byte, that a reader once failed at, and its name.</summary>
    public static TheoryData<string, string> Found => new()
    {
        { "CDI file (YAML)", "- [\nd" },
        { "recorded config.json", """{"\ud800":1}""" },
        { "journal entry", """{"MESSAGE":"\ud800"}""" },
        { "hookctl's engine files", """{"Name":"\ud800"}""" },
        { "seccomp profile", """{"defaultAction":"a","syscalls":[{"action":"b","includes":{"minKernel":"4"}}]}""" },
        { "state of a container", """{"\ud800":{"a":"b"}}""" },
        { "daemon.json", "{\"default-runtime\":\"\u00C5\"}" },
        { "log of denials", """{"image":"nginx","container":"c1"}""" },
        { "config.json", """{"mounts":[{"options":["\ud800"]}]}""" },
        { "rule ocihooks/1", $$"""{"version":"ocihooks/1","when":{{string.Concat(Enumerable.Repeat("{\"not\":", 9000))}}1""" },
        { "rule ocihooks/1", $$"""
            {"version":"ocihooks/1","when":{{string.Concat(Enumerable.Repeat("{\"not\":", 9000))}}{"always":true}{{new string('}', 9000)}},"edits":{"env":["A=b"]} }
            """ },
        { "TOML", "a = " + new string('[', 100_000) },
    };
}
