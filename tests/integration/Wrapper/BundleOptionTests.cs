using System.Text;
using IntegrationTests.Fixture;

namespace IntegrationTests.Wrapper;

/// <summary>Tests the bundle option in every spelling that one of the runtimes accepts.</summary>
public sealed class BundleOptionTests : IDisposable
{
    private readonly WrapperBench _bench = new();

    public BundleOptionTests() => _bench.WriteRule("a.json", WrapperBench.Rule());

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("create --bundle B c1")]
    [InlineData("create --bundle=B c1")]
    [InlineData("create -bundle B c1")]
    [InlineData("create -bundle=B c1")]
    [InlineData("create -b B c1")]
    [InlineData("create -b=B c1")]
    [InlineData("create -bB c1")]
    [InlineData("create --bun B c1")]
    [InlineData("create --bun=B c1")]
    [InlineData("create c1 --bundle B")]
    [InlineData("create c1 -b B")]
    [InlineData("create c1 -bB")]
    [InlineData("create --bundle /nowhere --bundle B c1")]
    [InlineData("create --bundle B -- c1")]
    [InlineData("create --bundle B -- --help")]
    [InlineData("create --console-socket --bundle --bundle B c1")]
    [InlineData("create --pid-file /tmp/--help -b B c1")]
    [InlineData("create -p/tmp/pid -b B c1")]
    [InlineData("create --preserve-fds 3 --no-pivot --no-new-keyring --bundle B c1")]
    [InlineData("create --no-subreaper -b=B --pid-file=/tmp/x c1")]
    [InlineData("create --pidfd-socket /tmp/s --bundle B c1")]
    [InlineData("create --unknown --bundle B c1")]
    [InlineData("create --unknown=value --bundle B c1")]
    [InlineData("create --bundle B create")]
    [InlineData("create --bundle B state")]
    [InlineData("run --bundle B c1")]
    [InlineData("run -d --bundle B c1")]
    [InlineData("run --detach --keep -b B c1")]
    [InlineData("run -detach -keep -bundle B c1")]
    [InlineData("run -db B c1")]
    [InlineData("run -dbB c1")]
    [InlineData("run --bundle B run")]
    [InlineData("restore --bundle B c1")]
    [InlineData("restore --image-path /tmp/i --work-path /tmp/w -b B c1")]
    [InlineData("restore --image-path --bundle --bundle B c1")]
    [InlineData("restore --manage-cgroups-mode soft --empty-ns network --shell-job -d --bundle B c1")]
    [InlineData("restore -tcp-established -bundle B c1")]
    public void A_bundle_is_patched_however_it_is_named(string line)
    {
        string[] arguments = [.. line.Split(' ').Select(word => word.Replace("B", _bench.Bundle, StringComparison.Ordinal))];

        CommandResult result = _bench.Run(arguments.Select(word => (ByteString)word));

        _bench.AssertInjectedOnce(result);
        Assert.Equal([Probes.Recorder, .. arguments], Assert.Single(_bench.Calls).Arguments);
    }

    [Theory]
    [InlineData("create c1")]
    [InlineData("create --bundle= c1")]
    [InlineData("create --bundle . c1")]
    [InlineData("create -b ../bundle c1")]
    [InlineData("create --pid-file /tmp/x c1")]
    [InlineData("run c1")]
    [InlineData("run -d c1")]
    [InlineData("restore c1")]
    [InlineData("create -- c1")]
    [InlineData("create -f config.json c1")]
    [InlineData("create -f ./config.json c1")]
    public void Without_a_bundle_it_is_the_working_directory(string line)
    {
        CommandResult result = _bench.RunIn(_bench.Bundle, null, line.Split(' ').Select(word => (ByteString)word));

        _bench.AssertInjectedOnce(result);
    }

    [Theory]
    [InlineData("--config")]
    [InlineData("-f")]
    [InlineData("--conf")]
    public void The_configuration_that_crun_is_told_to_read_is_patched_and_not_the_usual_one(string option)
    {
        byte[] usual = File.ReadAllBytes(_bench.Config);
        foreach (string[] spelled in new[] { new[] { option, "" }, [option + (option[1] == '-' ? "=" : "")] })
        {
            string other = Path.Combine(_bench.Root, "other.json");
            File.WriteAllBytes(other, WrapperBench.MinimalConfig);
            spelled[^1] += other;

            _bench.Run(["create", "--bundle", _bench.Bundle, .. spelled.Select(word => (ByteString)word), "c1"]).AssertSilentSuccess();

            Assert.Contains("""{"createRuntime":[{"path":"/bin/true"}]}""", File.ReadAllText(other), StringComparison.Ordinal);
            Assert.Equal(usual, File.ReadAllBytes(_bench.Config));
        }
    }

    /// <summary>crun looks for config.json in the bundle, and for any other name in the working directory.</summary>
    [Theory]
    [InlineData("other.json")]
    [InlineData("./other.json")]
    [InlineData("bundle/../other.json")]
    public void A_relative_configuration_is_found_from_the_working_directory(string name)
    {
        string other = Path.Combine(_bench.Root, "other.json");
        File.WriteAllBytes(other, WrapperBench.MinimalConfig);

        _bench.Run("create", "--config", name, "--bundle", _bench.Bundle, "c1").AssertSilentSuccess();

        Assert.Contains("createRuntime", File.ReadAllText(other), StringComparison.Ordinal);
        Assert.Equal(WrapperBench.MinimalConfig, File.ReadAllBytes(_bench.Config));
    }

    [Fact]
    public void The_name_config_json_alone_means_the_one_in_the_bundle() =>
        _bench.AssertInjectedOnce(_bench.Run("create", "--config", "config.json", "--bundle", _bench.Bundle, "c1"));

    public static TheoryData<string> OddNames => ["a b", " ", "new\nline", "quote'\"", "-b", "é€\U0001F40B", "=", "%s$x\\"];

    [Theory]
    [MemberData(nameof(OddNames))]
    public void A_bundle_may_have_any_name(string name)
    {
        string bundle = Directory.CreateDirectory(Path.Combine(_bench.Root, name)).FullName;
        File.Copy(_bench.Config, Path.Combine(bundle, "config.json"));

        _bench.Run("create", "--bundle", bundle, "c1").AssertSilentSuccess();
        _bench.Run("create", "-b", bundle, "c1").AssertSilentSuccess();

        Assert.Single(File.ReadAllText(Path.Combine(bundle, "config.json")).Split("createRuntime")[1..]);
    }

    [Fact]
    public void A_bundle_s_name_need_not_be_UTF_8()
    {
        // .NET cannot name such a file, not even to remove it, so a shell does.
        string script = """d="$(printf 'bundle-\377\300')"; mkdir "$d"; cp bundle/config.json "$d"; "$@" "$d" c1 && cat "$d/config.json"; rm -r "$d" """;

        CommandResult result = _bench.RunScript(script, "create", "--bundle");

        Assert.Contains("createRuntime", result.EnsureSuccess().OutputText, StringComparison.Ordinal);
        byte[] expected = [.. Encoding.UTF8.GetBytes($"{Probes.Recorder}\0create\0--bundle\0bundle-"), 0xff, 0xc0, 0, .. "c1\0"u8];
        Assert.Equal(expected, Assert.Single(_bench.Calls).ArgumentBytes);
    }
}
