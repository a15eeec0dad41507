using System.Reflection;
using Xunit.Sdk;

namespace IntegrationTests.Systems;

/// <summary>A Debian that a test is for. The test is skipped, and the reason told, where no system of it can be had.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class SuiteAttribute : DataAttribute
{
    private readonly string _name;

    public SuiteAttribute(string name)
    {
        _name = name;
        Skip = SystemImage.WhyMissing(name);
    }

    /// <summary>The suite's name in a mirror.</summary>
    public string Name => _name;

    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => [[_name]];
}
