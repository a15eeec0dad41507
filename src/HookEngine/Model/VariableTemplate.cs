using System.Text;

namespace HookEngine.Model;

/// <summary>A variable of <c>hook.env</c> whose value is made of what the container is: <c>{{id}}</c>, <c>{{image|unknown}}</c>.</summary>
/// <param name="Variable">The variable's name.</param>
/// <param name="Parts">What its value is made of, in order; of one that is <c>{{pid}}</c>, nothing.</param>
public sealed record VariableTemplate(string Variable, IReadOnlyList<TemplatePart> Parts)
{
    private const string Open = "{{";
    private const string Close = "}}";
    private const string PidName = "pid";
    private const string StageName = "stage";

    /// <summary>The whole value of a variable that is to have the number of the container's process.</summary>
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

    /// <summary>Whether the value is the number of the container's process, which is known only when the hook runs.</summary>
    public bool IsPid => Parts.Count == 0;

    /// <summary>Notes what it asks that only the engine's own files tell.</summary>
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

    /// <summary>Reads a value.</summary>
    /// <param name="variable">The variable's name.</param>
    /// <param name="value">The value as written.</param>
    /// <param name="problem">What is wrong with it; null if nothing is.</param>
    /// <returns>Null if something is wrong, or if the value is the same for every container.</returns>
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

    /// <summary>The value for a container.</summary>
    /// <param name="container">The container.</param>
    /// <param name="stage">When the hook runs.</param>
    /// <param name="problem">Why there is none, to read on from the variable's name; null if there is one.</param>
    public string? Expand(ContainerIdentity container, HookStage stage, out string? problem)
    {
        ArgumentNullException.ThrowIfNull(container);
        var value = new StringBuilder();
        foreach (TemplatePart part in Parts)
        {
            // A default is for what a container does not have, not for what could not be had.
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
/// <param name="Name">What is in its place, as written; empty for text.</param>
/// <param name="Kind">What of the container is in its place; null for text, and for the stage.</param>
/// <param name="Key">Of a label or an annotation: its name; else null.</param>
/// <param name="Text">The text, or what is in its place where the container has nothing of the kind; null if that is an error.</param>
public sealed record TemplatePart(string Name, ContainerText? Kind, string? Key, string? Text);
