namespace System.Runtime;

/// <summary>
/// Tells the NativeAOT compiler to give a method a native symbol and a native calling convention. The compiler knows the
/// attribute by this name; the framework keeps its own declaration internal.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RuntimeExportAttribute(string entry) : Attribute
{
    public string Entry { get; } = entry;
}
