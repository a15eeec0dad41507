using System.Text;

namespace HookEngine.Model;

/// <summary>A variable of <c>hook.env</c> with facts about the container in its value: <c>{{id}}</c>, <c>{{image|unknown}}</c>.</summary>
/// <param name="Variable">The variable's name.</param>
/// <param name="Parts">The parts of the value, in order; empty if the value is <c>{{pid}}</c>.</param>
public sealed record VariableTemplate(string Variable, IReadOnlyList<TemplatePart> Parts)
{
    private const string Open = "{{";
    private const string Close = "}}";
    private const string PidName = "pid";
    private const string StageName = "stage";

    /// <summary>The whole value of a variable that receives the PID of the container's process.</summary>
    internal const string Pid = Open + PidName + Close;

    private static readonly (string Name, ContainerText Kind)[] s_names =
    [
        ("id", ContainerText.Id),
        ("bundle", ContainerText.Bundle),
        ("rootfs", ContainerText.RootFileSystem),
        ("name", ContainerText.Container),
        ("image", ContainerText.Image),
        ("engine", ContainerText.Engine),
        ("namespace", ContainerText.Namespace),
        ("pod", ContainerText.Pod),
        ("hostname", ContainerText.Hostname),
        ("label:", ContainerText.Label),
        ("annotation:", ContainerText.Annotation),
    ];

    /// <summary>Whether the value is the PID of the container's process, which is known only when the hook runs.</summary>
    public bool IsPid => Parts.Count == 0;

    /// <summary>Requests the facts that the value needs and that only the engine's files contain.</summary>
    public void Ask(RequestedFacts questions)
    {
        ArgumentNullException.ThrowIfNull(questions);
        foreach (TemplatePart part in Parts)
        {
            if (part.Kind is { } kind)
            {
                questions.Ask(kind, part.Key);
            }
        }
    }

    /// <summary>Parses a value.</summary>
    /// <param name="variable">The variable's name.</param>
    /// <param name="value">The value as written.</param>
    /// <param name="problem">The problem with the value; null if there is none.</param>
    /// <returns>The template; null if there is a problem, or if the value contains no <c>{{</c>.</returns>
    internal static VariableTemplate? Parse(string variable, string value, out string? problem)
    {
        problem = null;
        if (value == Pid)
        {
            return new VariableTemplate(variable, []);
        }

        var parts = new List<TemplatePart>();
        var text = new StringBuilder();
        ReadOnlySpan<char> rest = value;
        for (int open = rest.IndexOf(Open); open >= 0; open = rest.IndexOf(Open))
        {
            text.Append(rest[..open]);
            rest = rest[(open + Open.Length)..];
            if (rest.StartsWith(Open))
            {
                text.Append(Open);
                rest = rest[Open.Length..];
                continue;
            }

            int close = rest.IndexOf(Close);
            TemplatePart? part = close < 0 ? null : ParsePart(rest[..close].ToString());
            if (part is null)
            {
                problem = close < 0
                    ? $"has {Open} without {Close}; close it, or write {Open}{Open} for {Open} itself"
                    : Unknown(rest[..close].ToString());
                return null;
            }

            AddText(parts, text);
            parts.Add(part);
            rest = rest[(close + Close.Length)..];
        }

        text.Append(rest);
        AddText(parts, text);
        return parts.Count == 0 || value.IndexOf(Open, StringComparison.Ordinal) < 0 ? null : new VariableTemplate(variable, parts);
    }

    /// <summary>Returns the value for a container.</summary>
    /// <param name="container">The container.</param>
    /// <param name="stage">The stage at which the hook runs.</param>
    /// <param name="problem">Why there is no value, worded to follow the variable's name; null if there is one.</param>
    public string? Expand(ContainerIdentity container, HookStage stage, out string? problem)
    {
        ArgumentNullException.ThrowIfNull(container);
        var value = new StringBuilder();
        foreach (TemplatePart part in Parts)
        {
            // The default is for an absent fact, not for a fact that could not be read.
            Fact? fact = part.Kind is { } kind ? container.Of(kind, part.Key) : null;
            if (fact is { Text: null, Unknown: { } unknown })
            {
                problem = $"{Open}{part.Name}{Close} cannot be told: {unknown}";
                return null;
            }

            string? text = fact is null && part.Name == StageName ? stage.Name() : fact?.Text ?? part.Text;
            if (text is null)
            {
                problem = $"{Open}{part.Name}{Close}: this container has none, or its engine does not tell it; "
                    + $"give a default, such as {Open}{part.Name}|unknown{Close}";
                return null;
            }

            if (text.Contains('\0', StringComparison.Ordinal))
            {
                problem = $"{Open}{part.Name}{Close} holds a NUL character here, which no variable can";
                return null;
            }

            value.Append(text);
        }

        problem = null;
        return value.ToString();
    }

    private static TemplatePart? ParsePart(string inside)
    {
        int bar = inside.IndexOf('|', StringComparison.Ordinal);
        string name = bar < 0 ? inside : inside[..bar];
        string? otherwise = bar < 0 ? null : inside[(bar + 1)..];
        if (name == StageName)
        {
            return new TemplatePart(name, null, null, otherwise);
        }

        foreach ((string known, ContainerText kind) in s_names)
        {
            bool hasKey = known.EndsWith(':');
            if (hasKey ? name.Length > known.Length && name.StartsWith(known, StringComparison.Ordinal) : name == known)
            {
                return new TemplatePart(name, kind, hasKey ? name[known.Length..] : null, otherwise);
            }
        }

        return null;
    }

    private static string Unknown(string inside) => inside == PidName || inside.StartsWith(PidName + "|", StringComparison.Ordinal)
        ? $"has {Open}{inside}{Close} among other text, or with a default; it must be {Pid} and nothing else"
        : $"has {Open}{inside}{Close}, which is nothing known; use {PidName}, {StageName}, "
            + string.Join(", ", s_names.Select(known => known.Name.EndsWith(':') ? known.Name + "KEY" : known.Name));

    private static void AddText(List<TemplatePart> parts, StringBuilder text)
    {
        if (text.Length > 0)
        {
            parts.Add(new TemplatePart("", null, null, text.ToString()));
            text.Clear();
        }
    }
}

/// <summary>A part of a value.</summary>
/// <param name="Name">The name between the braces, as written; empty for text.</param>
/// <param name="Kind">The fact about the container that replaces the name; null for text, and for the stage.</param>
/// <param name="Key">The name of the label or annotation; else null.</param>
/// <param name="Text">The text, or the default if the container has no such fact; null if that is an error.</param>
public sealed record TemplatePart(string Name, ContainerText? Kind, string? Key, string? Text);
