using System.Runtime.CompilerServices;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace ArchitectureTests;

/// <summary>
/// What runs before the managed runtime is started: main, what it calls, and what takes the place of the runtime's own functions. Nothing of
/// it may allocate, throw, touch a type with a static constructor, or call a native function in a way for which the runtime is needed.
/// </summary>
public sealed class PreRuntimeTests
{
    private const string Folder = "RuncWrap.PreRuntime";
    private const string Approved = "PreRuntimeCalls.approved.txt";

    private static readonly OpCode[] s_allocating = [OpCodes.Newarr, OpCodes.Box, OpCodes.Throw, OpCodes.Rethrow];

    private static readonly List<MethodDefinition> s_methods = Reachable();

    [Fact]
    public void What_is_looked_at_is_all_that_main_calls()
    {
        Assert.Contains(s_methods, method => method.Name == "NativeMain");
        Assert.Contains(s_methods, method => method.DeclaringType.Name == "HookProcess");
        Assert.Contains(s_methods, method => method.DeclaringType.Name == "Sha256");
        Assert.InRange(s_methods.Count, 100, 1000);
    }

    [Fact]
    public void Nothing_is_allocated_or_thrown() => Assert.Empty(
        from method in s_methods
        from instruction in OwnAssemblies.Instructions(method)
        where s_allocating.Contains(instruction.OpCode) || IsNewObject(instruction) || instruction.OpCode == OpCodes.Ldstr
        select $"{method.FullName}: {instruction}");

    [Fact]
    public void No_type_with_a_static_constructor_is_touched() => Assert.Empty(
        from method in s_methods
        from type in OwnAssemblies.Instructions(method).Select(instruction => (instruction.Operand as MemberReference)?.DeclaringType)
            .Append(method.DeclaringType)
        where type is not null && OwnAssemblies.Names.Contains(OwnAssemblies.Assembly(type))
        where type.Resolve().Methods.Any(member => member is { IsConstructor: true, IsStatic: true })
        where Touches(method, type)
        select $"{method.FullName}: {type.FullName}");

    [Fact]
    public void Native_functions_are_called_without_a_transition() => Assert.Empty(
        from method in s_methods
        where method.IsPInvokeImpl
        where method.CustomAttributes.All(attribute => attribute.AttributeType.Name != "SuppressGCTransitionAttribute")
        select method.FullName);

    /// <summary>What the framework does in its own methods is not looked at here: each was read, and needs no runtime.</summary>
    [Fact]
    public void Of_the_framework_only_what_was_read_is_called() => Compare();

    private static void Compare([CallerFilePath] string source = "")
    {
        IEnumerable<string> called = s_methods.SelectMany(OwnAssemblies.Instructions)
            .Select(instruction => instruction.Operand).OfType<MethodReference>()
            .Where(method => !OwnAssemblies.Names.Contains(OwnAssemblies.Assembly(method.DeclaringType)))
            .Select(method => $"{method.DeclaringType.GetElementType().FullName}::{method.Name}")
            .Distinct().Order(StringComparer.Ordinal);

        string text = string.Join('\n', called) + '\n';
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(Path.Combine(Path.GetDirectoryName(source)!, Approved), text);
            return;
        }

        Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, Approved)), text);
    }

    private static bool IsNewObject(Instruction instruction) =>
        instruction.OpCode == OpCodes.Newobj && !((MethodReference)instruction.Operand).DeclaringType.IsValueType;

    /// <summary>Whether a method uses more of a type than constants, which the compiler puts in.</summary>
    private static bool Touches(MethodDefinition method, TypeReference type) =>
        method.DeclaringType == type.Resolve()
        || OwnAssemblies.Instructions(method).Any(instruction =>
            (instruction.Operand as MemberReference)?.DeclaringType?.GetElementType() == type.GetElementType());

    /// <summary>The methods of the folder that native code calls, and all that these call.</summary>
    private static List<MethodDefinition> Reachable()
    {
        var found = new List<MethodDefinition>();
        var seen = new HashSet<MethodDefinition>();
        var open = new Stack<MethodDefinition>(
            from type in OwnAssemblies.Types("runc-wrap")
            where OwnAssemblies.Namespace(type) == Folder
            from method in type.Methods
            where method.CustomAttributes.Any(attribute => attribute.AttributeType.Name == "RuntimeExportAttribute")
            select method);
        while (open.TryPop(out MethodDefinition? method))
        {
            if (!seen.Add(method))
            {
                continue;
            }

            found.Add(method);
            foreach (MethodReference called in OwnAssemblies.Instructions(method).Select(instruction => instruction.Operand).OfType<MethodReference>())
            {
                if (OwnAssemblies.Names.Contains(OwnAssemblies.Assembly(called.DeclaringType)))
                {
                    open.Push(called.Resolve());
                }
            }
        }

        return found;
    }
}
