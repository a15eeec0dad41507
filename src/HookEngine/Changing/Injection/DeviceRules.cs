namespace HookEngine.Changing.Injection;

/// <summary>
/// The rules of the device control group, <c>linux.resources.devices</c>. They go one after the other: one that is there is enough unless
/// another after it takes it back.
/// </summary>
internal sealed class DeviceRules
{
    private readonly EditableJson _list;

    /// <summary>The rules behind the last one that denies something.</summary>
    private readonly HashSet<string> _allowed = new(StringComparer.Ordinal);

    /// <param name="list">The list of them.</param>
    /// <param name="json">The text that it was read from.</param>
    internal DeviceRules(EditableJson list, ReadOnlySpan<byte> json)
    {
        _list = list;
        foreach (EditableJson value in list.Values)
        {
            string rule = ConfigChange.Canonical(value.TextIn(json));
            if (!rule.Contains("\"allow\":true", StringComparison.Ordinal))
            {
                _allowed.Clear();
            }

            _allowed.Add(rule);
        }
    }

    /// <summary>Adds a rule that allows something, unless it is in effect.</summary>
    internal void Allow(byte[] rule)
    {
        if (_allowed.Add(ConfigChange.Canonical(rule)))
        {
            _list.Add(rule);
        }
    }
}
