namespace IntegrationTests.Fixture;

/// <summary>The engines of one Debian suite: this machine's, or those that scripts/engine-packages.sh unpacked.</summary>
/// <param name="Name">The suite; <see cref="Own"/> for this machine's.</param>
internal sealed record EngineSuite(string Name)
{
    /// <summary>The name of this machine's suite.</summary>
    public const string Own = "own";

    /// <summary>
    /// Makes a directory with only these programs, to put first in PATH. The rest of PATH stays the same, because the unpacked directory
    /// has more than engines.
    /// </summary>
    public string Link(string directory, params IEnumerable<string> programs)
    {
        _ = Directory.CreateDirectory(directory);
        foreach (string program in Name == Own ? [] : programs)
        {
            string unpacked = Repository.Built($"cache/engines/{Name}/usr/bin/{program}", "make systems");
            _ = File.CreateSymbolicLink(Path.Combine(directory, program), unpacked);
        }

        return directory;
    }
}
