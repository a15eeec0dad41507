using IntegrationTests.Fixture;

namespace IntegrationTests.Seccomp;

/// <summary>Tests that a rule which follows annotations limits the profiles that annotations ask for.</summary>
[Trait("Needs", "root")]
[Collection(SeccompCollection.Name)]
public sealed class AnnotatedFileTests(SeccompHost host)
{
    private const string Annotation = "io.containers.trace-syscall";

    [Theory]
    [InlineData("of:{0}/a.json;of:{1}/victim", "of: is there twice")]
    [InlineData("of:{0}/../outside/victim", "has an empty name, . or ..")]
    [InlineData("of:{1}/victim", "is not in ")]
    [InlineData("of:{0}/a.json;if:{1}/victim", "is not in ")]
    public async Task What_leaves_the_directory_is_refused(string order, string message)
    {
        await using var bench = await MakeBenchAsync();
        bench.SetAnnotation(Annotation, string.Format(System.Globalization.CultureInfo.InvariantCulture, order, Profiles(bench), Outside(bench)));
        CommandResult result = await bench.RunContainerAsync();
        Assert.Contains(message, result.ErrorText, StringComparison.Ordinal);
        Assert.Equal("untouched", File.ReadAllText(Path.Combine(Outside(bench), "victim")));
        Assert.Empty(Directory.GetFiles(Profiles(bench)));
    }

    [Fact]
    public async Task No_link_on_the_way_is_followed()
    {
        await using var bench = await MakeBenchAsync();
        _ = Directory.CreateSymbolicLink(Path.Combine(Profiles(bench), "link"), Outside(bench));
        bench.SetAnnotation(Annotation, $"of:{Profiles(bench)}/link/victim");
        _ = await bench.RunContainerAsync();
        Assert.Equal("untouched", File.ReadAllText(Path.Combine(Outside(bench), "victim")));
    }

    [Fact]
    public async Task A_link_in_the_files_place_is_replaced()
    {
        await using var bench = await MakeBenchAsync();
        string deep = Directory.CreateDirectory(Path.Combine(Profiles(bench), "deep")).FullName, file = Path.Combine(deep, "profile.json");
        _ = File.CreateSymbolicLink(file, Path.Combine(Outside(bench), "victim"));
        bench.SetAnnotation(Annotation, $"of:{file}");
        _ = (await bench.RunContainerAsync()).EnsureSuccess();
        Assert.Null(new FileInfo(file).LinkTarget);
        Assert.Contains("getpgrp", File.ReadAllText(file), StringComparison.Ordinal);
        Assert.Equal("untouched", File.ReadAllText(Path.Combine(Outside(bench), "victim")));
    }

    private static string Profiles(RecordingBench bench) => bench.PathTo("profiles");

    private static string Outside(RecordingBench bench) => bench.PathTo("outside");

    private async Task<RecordingBench> MakeBenchAsync()
    {
        RecordingBench bench = await RecordingBench.MakeAsync(host);
        _ = Directory.CreateDirectory(Profiles(bench));
        _ = Directory.CreateDirectory(Outside(bench));
        File.WriteAllText(Path.Combine(Outside(bench), "victim"), "untouched");
        bench.SetProcess("/caller", "111");
        bench.Change(config =>
        {
            config["hooks"]!["createRuntime"]![0]!["args"]!.AsArray().Add("--profiles");
            config["hooks"]!["createRuntime"]![0]!["args"]!.AsArray().Add(Profiles(bench));
        });
        return bench;
    }
}
