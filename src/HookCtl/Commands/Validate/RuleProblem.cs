using System.Globalization;
using System.Text.Json.Serialization;
using HookEngine.Model;

namespace HookCtl.Commands.Validate;

/// <summary>What <c>hookctl validate</c> tells of one problem.</summary>
/// <param name="File">The file or directory.</param>
/// <param name="Line">The line, from 1; null if it is the file as a whole.</param>
/// <param name="Column">The byte in the line, from 1.</param>
/// <param name="Severity"><c>error</c> or <c>warning</c>.</param>
/// <param name="Field">The field, such as <c>when.commands[0]</c>; null if it is the file as a whole.</param>
/// <param name="Message">What is wrong, and what would be right.</param>
internal sealed record RuleProblem(string File, long? Line, long? Column, string Severity, string? Field, string Message)
{
    internal bool IsError => Severity == "error";

    internal string Place => Line is null ? File : string.Create(CultureInfo.InvariantCulture, $"{File}:{Line}:{Column}");

    internal static RuleProblem Of(Diagnostic found) => new(
        found.File,
        found.Line,
        found.Column,
        found.Severity == HookEngine.Model.Severity.Error ? "error" : "warning",
        found.Field,
        found.Message);
}

/// <summary>Writes it as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RuleProblem[]))]
internal sealed partial class ValidateJson : JsonSerializerContext;
