using System.Text;
using HookEngine.Model;
using HookEngine.Reading.Settings;
using Linux;

namespace UnitTests.HookEngine.Reading.Settings;

public sealed class SettingsFileTests
{
    [Fact]
    public void Every_setting_is_read()
    {
        WrapperSettings settings = Parse("""
            {
              // a comment
              "runtime": ["crun", "/usr/sbin/runc"],
              "hooksDirs": ["/a", "/b"],
              "onMissingHook": "fail",
              "log": { "journald": false, "stderr": true, "file": "/var/log/x", "level": "debug", },
            }
            """);

        Assert.Equal(["crun", "/usr/sbin/runc"], settings.Runtime);
        Assert.Equal(["/a", "/b"], settings.HooksDirs.Select(directory => directory.ToString()));
        Assert.Equal(MissingHook.Fail, settings.OnMissingHook);
        Assert.Equal(new LogSettings { Journald = false, Stderr = true, File = "/var/log/x", Level = LogLevel.Debug }, settings.Log);
    }

    [Fact]
    public void What_is_not_given_has_its_default()
    {
        WrapperSettings settings = Parse("{}");

        Assert.Equal(["runc", "crun"], settings.Runtime);
        Assert.Equal(
            [
                "/usr/share/containers/oci/hooks.d", "/etc/containers/oci/hooks.d",
                "/usr/share/ocihooks/hooks.d", "/etc/ocihooks/hooks.d",
            ],
            settings.HooksDirs.Select(directory => directory.ToString()));
        Assert.Equal(new LogSettings(), settings.Log);
    }

    [Fact]
    public void An_empty_list_of_directories_means_none() => Assert.Empty(Parse("""{"hooksDirs":[]}""").HooksDirs);

    [Fact]
    public void More_than_ten_directories_keep_their_order()
    {
        string[] directories = [.. Enumerable.Range(0, 12).Select(i => $"/d{i}")];

        WrapperSettings settings = Parse($$"""{"hooksDirs":[{{string.Join(',', directories.Select(name => $"\"{name}\""))}}]}""");

        Assert.Equal(directories, settings.HooksDirs.Select(directory => directory.ToString()));
    }

    [Theory]
    [InlineData("""{"runtmie":"runc"}""", "runtmie is no setting")]
    [InlineData("""{"log":{"journal":true}}""", "log.journal is no setting")]
    [InlineData("""{"runtime":5}""", "runtime is a number")]
    [InlineData("""{"runtime":null}""", "runtime is null")]
    [InlineData("""{"runtime":["a",5]}""", "runtime[1] is a number")]
    [InlineData("""{"runtime":[]}""", "runtime is empty")]
    [InlineData("""{"runtime":""}""", "runtime is")]
    [InlineData("""{"runtime":"bin/runc"}""", "runtime is \"bin/runc\"")]
    [InlineData("""{"hooksDirs":"/a"}""", "hooksDirs is a string")]
    [InlineData("""{"hooksDirs":["a"]}""", "hooksDirs is \"a\"")]
    [InlineData("""{"onMissingHook":"ignore"}""", "onMissingHook is \"ignore\"")]
    [InlineData("""{"log":true}""", "log is true")]
    [InlineData("""{"log":{"journald":"yes"}}""", "log.journald is a string")]
    [InlineData("""{"log":{"file":"x"}}""", "log.file is \"x\"")]
    [InlineData("""{"log":{"level":"loud"}}""", "log.level is \"loud\"")]
    [InlineData("""{"runtime":"a","Runtime":"b"}""", "Runtime is given twice")]
    [InlineData("""{"runtime:0":"a"}""", "runtime.0 is no setting")]
    [InlineData("{\n  \"runtime\": x}", "is not valid JSON at line 2, column 14")]
    [InlineData("""{} {}""", "is not valid JSON")]
    [InlineData("", "is not valid JSON")]
    [InlineData("[]", "must be a JSON object")]
    public void What_cannot_be_meant_is_an_error_that_names_it(string json, string message) =>
        Assert.Contains(message, Assert.Throws<OciHooksException>(() => Parse(json)).Message, StringComparison.Ordinal);

    private static WrapperSettings Parse(string json) => SettingsFile.Parse("/etc/ocihooks/config.json", Encoding.UTF8.GetBytes(json));
}
