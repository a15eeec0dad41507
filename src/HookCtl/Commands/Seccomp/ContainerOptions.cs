using System.CommandLine;
using Linux;

namespace HookCtl.Commands.Seccomp;

/// <summary>The options that say which containers a rule is for.</summary>
internal static class ContainerOptions
{
    private static readonly Option<string[]> s_images = new("--image")
    {
        Description = "Containers of this image, a glob; may be repeated",
        HelpName = "GLOB",
    };

    private static readonly Option<string[]> s_names = new("--name")
    {
        Description = "Containers of this name, a glob; may be repeated",
        HelpName = "GLOB",
    };

    private static readonly Option<string[]> s_labels = new("--label")
    {
        Description = "Containers with this label",
        HelpName = "KEY=GLOB",
    };

    private static readonly Option<string[]> s_annotations = new("--annotation")
    {
        Description = "Containers with this annotation",
        HelpName = "KEY=GLOB",
    };

    internal static void AddTo(Command command)
    {
        command.Add(s_images);
        command.Add(s_names);
        command.Add(s_labels);
        command.Add(s_annotations);
    }

    /// <summary>A rule for the containers that a command line describes; for none in particular if it does not.</summary>
    internal static ContainerRule Rule(ParseResult line, string prefix) => new(
        prefix, [], line.GetValue(s_images) ?? [], line.GetValue(s_names) ?? [], Pairs(line, s_labels), Pairs(line, s_annotations));

    private static Dictionary<string, string> Pairs(ParseResult line, Option<string[]> option)
    {
        var pairs = new Dictionary<string, string>();
        foreach (string text in line.GetValue(option) ?? [])
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new OciHooksException($"{option.Name} {text}: is not KEY=GLOB; for any value write {text}=*");
            }

            if (!pairs.TryAdd(text[..equals], text[(equals + 1)..]))
            {
                throw new OciHooksException($"{option.Name} {text}: is given twice; give one glob for {text[..equals]}");
            }
        }

        return pairs;
    }
}
