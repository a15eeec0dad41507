namespace ArchitectureTests;

/// <summary>Each project, and each namespace, uses only those below it.</summary>
public sealed class LayerTests
{
    /// <summary>The folders of HookEngine, each after those that it may use.</summary>
    private static readonly string[] s_folders = ["Model", "Reading", "Deciding", "Changing", "Running"];

    /// <summary>Which projects a project may use.</summary>
    private static readonly Dictionary<string, string[]> s_mayUse = new()
    {
        ["Re2"] = [],
        ["Json"] = [],
        ["Linux"] = [],
        ["Serilog.Sinks.Journald"] = ["Linux"],
        ["HookEngine"] = ["Re2", "Json", "Linux"],
        ["SeccompProfiles"] = ["Json", "Linux", "HookEngine"],
        ["runc-wrap"] = ["Json", "Linux", "HookEngine", "Serilog.Sinks.Journald"],
        ["hookctl"] = ["Re2", "Json", "Linux", "HookEngine", "SeccompProfiles"],
        ["seccomp-recorder"] = ["Json", "Linux", "HookEngine", "SeccompProfiles"],
    };

    public static TheoryData<string> Projects => [.. OwnAssemblies.Names];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_uses_those_below_it(string project)
    {
        IEnumerable<string> used = OwnAssemblies.Types(project).SelectMany(OwnAssemblies.UsedBy).Select(OwnAssemblies.Assembly)
            .Distinct().Intersect(OwnAssemblies.Names).Except([project]);

        Assert.Empty(used.Except(s_mayUse[project]));
    }

    [Fact]
    public void A_folder_of_the_engine_uses_those_before_it()
    {
        IEnumerable<string> wrong =
            from edge in Edges("HookEngine")
            where Rank(edge.To) > Rank(edge.From)
            select edge.ToString();

        Assert.Empty(wrong);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Namespaces_do_not_use_each_other_in_a_circle(string project)
    {
        ILookup<string, string> uses = Edges(project).ToLookup(edge => edge.From, edge => edge.To);

        Assert.DoesNotContain(uses.Select(from => from.Key), name => Reaches(uses, name, name));
    }

    private static int Rank(string name) => Array.IndexOf(s_folders, name.Split('.')[1]);

    private static bool Reaches(ILookup<string, string> uses, string from, string to)
    {
        var seen = new HashSet<string>();
        var open = new Stack<string>(uses[from]);
        while (open.TryPop(out string? name))
        {
            if (name == to)
            {
                return true;
            }

            if (seen.Add(name))
            {
                foreach (string next in uses[name])
                {
                    open.Push(next);
                }
            }
        }

        return false;
    }

    /// <summary>Which namespaces of a project use which others of it.</summary>
    private static IEnumerable<Edge> Edges(string project)
    {
        IEnumerable<Edge> all =
            from type in OwnAssemblies.Types(project)
            from used in OwnAssemblies.UsedBy(type)
            where OwnAssemblies.Assembly(used) == project
            select new Edge(OwnAssemblies.Namespace(type), OwnAssemblies.Namespace(used));
        return all.Where(edge => edge.From != edge.To && edge.From.Length > 0 && edge.To.Length > 0).Distinct();
    }

    private sealed record Edge(string From, string To);
}
