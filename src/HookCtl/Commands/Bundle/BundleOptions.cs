using System.CommandLine;
using System.CommandLine.Parsing;
using HookCtl.Output;
using Linux;

namespace HookCtl.Commands.Bundle;

/// <summary>What the commands that change a bundle's config.json take.</summary>
internal static class BundleOptions
{
    /// <summary><c>BUNDLE</c></summary>
    internal static Argument<string> MakeBundle()
    {
        var bundle = new Argument<string>("BUNDLE") { Description = "A bundle's directory, or its config.json" };
        bundle.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" }])
            {
                result.AddError("BUNDLE: is empty; name a directory, or a config.json");
            }
        });
        return bundle;
    }

    /// <summary><c>--dry-run</c></summary>
    internal static Option<bool> MakeDryRun() => new("--dry-run")
    {
        Description = "Print the config.json that it would be, and write nothing",
    };

    /// <summary>The configuration that a BUNDLE means.</summary>
    internal static FilePath Config(string bundle) =>
        Directory.Exists(bundle) ? new FilePath(bundle).Combine("config.json"u8) : new FilePath(bundle);

    /// <summary>Standard output holds one thing: a configuration or a report.</summary>
    internal static void ForbidJsonWithDryRun(CommandResult command, Option<bool> dryRun)
    {
        if (command.GetValue(dryRun) && command.GetValue(GlobalOptions.Json))
        {
            command.AddError("--dry-run prints the config.json itself; leave out --json");
        }
    }

    /// <summary>Writes a configuration to standard output, byte for byte.</summary>
    internal static void Print(ReadOnlySpan<byte> config) => Screen.WriteBytes(config);

    /// <summary>Makes a file size limit an error, not the end of the process.</summary>
    internal static void SurviveFileSizeLimit() => Libc.SetAction(Libc.SIGXFSZ, Libc.SIG_IGN);
}
