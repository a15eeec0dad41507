using System.CommandLine;
using HookCtl.Output;

namespace HookCtl.Commands.Schema;

/// <summary><c>hookctl schema</c>: the JSON Schema of a rule file, for editors.</summary>
internal static class SchemaCommand
{
    internal static Command Make()
    {
        var command = new Command("schema", "Print the JSON Schema of a rule, by which editors complete and check it");
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        using Stream schema = typeof(SchemaCommand).Assembly.GetManifestResourceStream("rule.schema.json")!;
        using var text = new MemoryStream();
        schema.CopyTo(text);
        Screen.WriteBytes(text.GetBuffer().AsSpan(0, (int)text.Length));
        return ExitCode.Fine;
    }
}
