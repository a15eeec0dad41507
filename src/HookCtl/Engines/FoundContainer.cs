namespace HookCtl.Engines;

/// <summary>A container that an engine or a runtime knows.</summary>
/// <param name="Engine">Who knows it.</param>
/// <param name="Id">Its ID.</param>
/// <param name="Names">The names by which its user may call it, besides the ID.</param>
/// <param name="Config">Where its config.json is as long as the container is created.</param>
internal sealed record FoundContainer(string Engine, string Id, IReadOnlyList<string> Names, string Config)
{
    /// <summary>As a message tells it.</summary>
    public override string ToString() => Names is [var name, ..] ? $"{Engine} {Id} ({name})" : $"{Engine} {Id}";
}
