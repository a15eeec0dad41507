namespace IntegrationTests.Fixture;

/// <summary>The engines of one Debian: this machine's own, or those that scripts/engine-packages.sh unpacked of another.</summary>
/// <param name="Name">The suite; <see cref="Own"/> for this machine's.</param>
internal sealed record EngineSuite(string Name)
{
    /// <summary>Stands for this machine's suite.</summary>
    public const string Own = "own";

    /// <summary>
    /// Makes a directory with the programs and nothing else, to stand first in PATH. The rest of PATH stays, as what is unpacked has more
    /// than engines.
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
