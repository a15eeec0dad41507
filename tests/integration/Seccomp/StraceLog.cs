using System.Globalization;
using System.Text.RegularExpressions;

namespace IntegrationTests.Seccomp;

/// <summary>
/// The output of <c>strace -f --decode-pids=pidns -o FILE</c> for a runtime and its container. It finds the calls that a filter judged:
/// those made after the thread, or the thread that created it, has set a filter.
/// </summary>
internal sealed partial class StraceLog
{
    private readonly List<Line> _lines = [];
    private readonly Dictionary<int, (int Parent, bool IsThread)> _births = [];
    private readonly Dictionary<int, bool> _filtered = [];
    private readonly Dictionary<int, int> _groups = [];

    private StraceLog(IEnumerable<string> text)
    {
        var begun = new Dictionary<int, string>();
        foreach (Match match in text.Select(line => LinePattern().Match(line)).Where(match => match.Success))
        {
            int thread = int.Parse(match.Groups["pid"].ValueSpan, CultureInfo.InvariantCulture);
            string call = match.Groups["call"].Value, rest = match.Groups["rest"].Value;
            bool resumes = match.Groups["resumed"].Success;
            if (resumes && begun.Remove(thread, out string? beginning))
            {
                rest = beginning + rest;
            }

            bool ends = !rest.EndsWith("<unfinished ...>", StringComparison.Ordinal);
            if (!ends)
            {
                begun[thread] = rest;
            }

            var line = new Line(thread, call, rest, !resumes, ends);
            _lines.Add(line);
            NoteBirth(line);
        }
    }

    /// <summary>Returns the names of the calls that a filter judged.</summary>
    /// <param name="file">The file of strace's output.</param>
    public static SortedSet<string> FilteredCalls(string file)
    {
        var log = new StraceLog(File.ReadLines(file));
        var calls = new SortedSet<string>(StringComparer.Ordinal);
        foreach (Line line in log._lines)
        {
            log.Inherit(line.Thread);
            if (line.Begins && log._filtered[line.Thread])
            {
                _ = calls.Add(line.Call);
            }

            if (line.Ends && line.PutsFilterOn)
            {
                log.PutFilterOn(line);
            }
        }

        return calls;
    }

    private void NoteBirth(Line line)
    {
        if (line.Ends && line.Call is "clone" or "clone3" or "fork" or "vfork" && line.Child is { } child)
        {
            _births[child] = (line.Thread, line.Rest.Contains("CLONE_THREAD", StringComparison.Ordinal));
        }
    }

    private void Inherit(int thread)
    {
        if (!_filtered.ContainsKey(thread))
        {
            (int parent, bool isThread) = _births.GetValueOrDefault(thread);
            _filtered[thread] = _filtered.GetValueOrDefault(parent);
            _groups[thread] = isThread ? _groups.GetValueOrDefault(parent, parent) : thread;
        }
    }

    private void PutFilterOn(Line line)
    {
        _filtered[line.Thread] = true;
        if (line.Rest.Contains("TSYNC", StringComparison.Ordinal))
        {
            foreach (int thread in _groups.Keys.Where(thread => _groups[thread] == _groups[line.Thread]).ToArray())
            {
                _filtered[thread] = true;
            }
        }
    }

    [GeneratedRegex(@"^(?<pid>\d+) +(?:(?<resumed><\.\.\. )(?<call>\w+) resumed>|(?<call>\w+)\()(?<rest>.*)$")]
    private static partial Regex LinePattern();

    [GeneratedRegex(@" = (?:\d+ /\* (?<outer>\d+) in strace's PID NS \*/|(?<own>\d+))$")]
    private static partial Regex ResultPattern();

    [GeneratedRegex(@" = 0$")]
    private static partial Regex SuccessPattern();

    private sealed record Line(int Thread, string Call, string Rest, bool Begins, bool Ends)
    {
        /// <summary>The process or thread that the call created, by strace's number; null if there is none.</summary>
        public int? Child =>
            ResultPattern().Match(Rest) is { Success: true } match
                ? int.Parse(match.Groups[match.Groups["outer"].Success ? "outer" : "own"].ValueSpan, CultureInfo.InvariantCulture)
                : null;

        /// <summary>Whether the call set a filter, with result 0.</summary>
        public bool PutsFilterOn => SuccessPattern().IsMatch(Rest)
            && ((Call == "seccomp" && Rest.StartsWith("SECCOMP_SET_MODE_FILTER", StringComparison.Ordinal))
                || (Call == "prctl" && Rest.StartsWith("PR_SET_SECCOMP", StringComparison.Ordinal)));
    }
}
