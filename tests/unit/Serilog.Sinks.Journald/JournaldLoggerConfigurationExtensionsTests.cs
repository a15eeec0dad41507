using System.Globalization;
using IntegrationTests.Wrapper;
using PublicApiGenerator;
using Serilog;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Formatting;

namespace UnitTests.Journald;

public sealed class JournaldLoggerConfigurationExtensionsTests
{
    /// <summary>A change of the public API must also change the approved file.</summary>
    [Fact]
    public void What_others_may_use_is_what_was_approved()
    {
        string approved = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Serilog.Sinks.Journald", "PublicSurface.approved.txt"));

        string surface = typeof(JournaldLoggerConfigurationExtensions).Assembly
            .GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false });

        Assert.Equal(approved.TrimEnd(), surface.TrimEnd(), ignoreLineEndingDifferences: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/a\0b")]
    [InlineData("é", 107)]
    [InlineData("x", 108)]
    [InlineData("x", 100_000)]
    public void What_cannot_be_a_path_of_a_socket_is_refused(string part, int bytes = 0)
    {
        string path = string.Concat(Enumerable.Repeat(part, Math.Max(1, bytes)));

        ArgumentException refusal = Assert.Throws<ArgumentException>(
            () => new LoggerConfiguration().WriteTo.Journald(formatProvider: CultureInfo.InvariantCulture, socketPath: path));

        Assert.Equal("socketPath", refusal.ParamName);
    }

    [Fact]
    public void What_is_missing_is_refused()
    {
        LoggerSinkConfiguration writeTo = new LoggerConfiguration().WriteTo;

        AssertRefused("sinkConfiguration", () => ((LoggerSinkConfiguration)null!).Journald(formatProvider: CultureInfo.InvariantCulture));
        AssertRefused("formatter", () => writeTo.Journald((ITextFormatter)null!));
        AssertRefused("socketPath", () => writeTo.Journald(formatProvider: CultureInfo.InvariantCulture, socketPath: null!));

        static void AssertRefused(string parameter, Action configure) =>
            Assert.Equal(parameter, Assert.Throws<ArgumentNullException>(configure).ParamName);
    }

    [Fact]
    public void The_longest_path_there_can_be_is_taken()
    {
        string root = Directory.CreateTempSubdirectory("journald-").FullName;
        string directory = Path.Combine(root, new string('x', 107 - root.Length - "//socket".Length));
        using var journal = new FakeJournal(directory);
        using Logger logger = new LoggerConfiguration()
            .WriteTo.Journald(formatProvider: CultureInfo.InvariantCulture, socketPath: Path.Combine(directory, "socket")).CreateLogger();

        logger.Information("text");

        Assert.Equal("text", Assert.Single(Assert.Single(journal.Take())["MESSAGE"]));
        Directory.Delete(root, recursive: true);
    }
}
