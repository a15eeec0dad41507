using System.Globalization;
using System.Text.RegularExpressions;

namespace HookCtl.Runs;

/// <summary>Times as users write them, a part of systemd.time(7). For the journal, journalctl itself reads them.</summary>
internal static partial class Since
{
    private const string Units = "s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?";

    /// <summary>The point in time; null if it is none.</summary>
    internal static DateTimeOffset? Parse(string text, DateTimeOffset now)
    {
        string words = text.Trim();
        if (words is "now" or "today" or "yesterday")
        {
            return words == "now" ? now : new DateTimeOffset(now.Date.AddDays(words == "today" ? 0 : -1), now.Offset);
        }

        if (Ago().Match(words) is { Success: true } ago
            && double.TryParse(ago.Groups["count"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out double count)
            && count * Unit(ago.Groups["unit"].Value) is var seconds
            && seconds < (now - DateTimeOffset.UnixEpoch).TotalSeconds)
        {
            return now.AddSeconds(-seconds);
        }

        return Date().IsMatch(words)
            && DateTimeOffset.TryParse(words, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out DateTimeOffset time)
            ? time
            : null;
    }

    private static double Unit(string name) => name[0] switch
    {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 86400,
        _ => 7 * 86400,
    };

    [GeneratedRegex($"^(?:-(?<count>\\d+) *(?<unit>{Units})|(?<count>\\d+) *(?<unit>{Units}) +ago)$")]
    private static partial Regex Ago();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d")]
    private static partial Regex Date();
}
