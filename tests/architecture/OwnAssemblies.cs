using Mono.Cecil;
using Mono.Cecil.Cil;

namespace ArchitectureTests;

/// <summary>The assemblies of this project, as they were compiled, and what their types use.</summary>
internal static class OwnAssemblies
{
    /// <summary>The names of the assemblies, each after those that it may use.</summary>
    internal static readonly string[] Names =
        ["Re2", "Json", "Linux", "Serilog.Sinks.Journald", "HookEngine", "SeccompProfiles", "runc-wrap", "hookctl", "seccomp-recorder"];

    private static readonly Dictionary<string, ModuleDefinition> s_modules = Names.ToDictionary(name => name, Read);

    /// <summary>An assembly's types, nested ones and those that the compiler made among them.</summary>
    internal static IEnumerable<TypeDefinition> Types(string assembly) => s_modules[assembly].GetTypes().Where(type => type.Name != "<Module>");

    /// <summary>The namespace that a type is in; of a nested type, that of the type around it.</summary>
    internal static string Namespace(TypeReference type)
    {
        TypeReference outer = type.GetElementType();
        while (outer.DeclaringType is { } around)
        {
            outer = around;
        }

        return outer.Namespace;
    }

    /// <summary>The name of the assembly that a type is in.</summary>
    internal static string Assembly(TypeReference type) => type.GetElementType().Scope switch
    {
        ModuleDefinition module => module.Assembly.Name.Name,
        AssemblyNameReference reference => reference.Name,
        IMetadataScope other => other.Name,
    };

    /// <summary>The types that a type uses: in its declaration, its members, and what these do.</summary>
    internal static IEnumerable<TypeReference> UsedBy(TypeDefinition type)
    {
        IEnumerable<TypeReference> declared =
        [
            .. type.BaseType is null ? [] : new[] { type.BaseType },
            .. type.Interfaces.Select(implemented => implemented.InterfaceType),
            .. type.CustomAttributes.Select(attribute => attribute.AttributeType),
            .. type.Fields.Select(field => field.FieldType),
            .. type.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType),
        ];
        return declared.Concat(type.Methods.SelectMany(UsedBy)).SelectMany(Parts);
    }

    /// <summary>The instructions of a method; none if it has no body.</summary>
    internal static IEnumerable<Instruction> Instructions(MethodDefinition method) => method.HasBody ? method.Body.Instructions : [];

    private static IEnumerable<TypeReference> UsedBy(MethodDefinition method)
    {
        IEnumerable<TypeReference> signature = [method.ReturnType, .. method.Parameters.Select(parameter => parameter.ParameterType)];
        IEnumerable<TypeReference> variables = method.HasBody ? method.Body.Variables.Select(variable => variable.VariableType) : [];
        return signature.Concat(variables).Concat(Instructions(method).SelectMany(UsedBy));
    }

    private static IEnumerable<TypeReference> UsedBy(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        GenericInstanceMethod method => [method.DeclaringType, method.ReturnType, .. method.GenericArguments],
        MethodReference method => [method.DeclaringType, method.ReturnType],
        FieldReference field => [field.DeclaringType, field.FieldType],
        _ => [],
    };

    /// <summary>A type itself, and those that it is made of: of elements, of arguments.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference type) => type switch
    {
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Prepend(generic.ElementType),
        FunctionPointerType pointer => pointer.Parameters.Select(parameter => parameter.ParameterType).Append(pointer.ReturnType).SelectMany(Parts),
        TypeSpecification specification => Parts(specification.ElementType),
        GenericParameter => [],
        _ => [type],
    };

    private static ModuleDefinition Read(string name) =>
        ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, name + ".dll"));
}
