using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace IntegrationTests.Systems;

/// <summary>A Debian that a test uses. If its system is not available, the test is skipped with the reason.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class SuiteAttribute(string name) : DataAttribute
{
    /// <summary>The suite's name in a mirror.</summary>
    public string Name => name;

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([new TheoryDataRow<string>(name) { Skip = SystemImage.WhyMissing(name) }]);

    /// <inheritdoc/>
    public override bool SupportsDiscoveryEnumeration() => true;
}
