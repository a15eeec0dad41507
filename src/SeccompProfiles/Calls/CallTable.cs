using System.Globalization;

namespace SeccompProfiles.Calls;

/// <summary>The names and numbers of system calls, from calls.tbl. That file names its source.</summary>
public sealed class CallTable
{
    private static readonly Lazy<CallTable> s_instance = new(() => new CallTable());

    private readonly Dictionary<string, int[]> _numbers = new(512);
    private readonly string?[][] _names;

    private CallTable()
    {
        int abis = Enum.GetValues<CallAbi>().Length;
        _names = new string?[abis][];
        for (int abi = 0; abi < abis; abi++)
        {
            _names[abi] = new string?[NumberLimit];
        }

        using Stream resource = typeof(CallTable).Assembly.GetManifestResourceStream("calls.tbl")!;
        using var text = new StreamReader(resource);
        while (text.ReadLine() is { } line)
        {
            if (line is not ['#', ..])
            {
                Add(line.Split(' '));
            }
        }
    }

    /// <summary>The upper limit of call numbers. Only a few calls of 32-bit ARM have numbers far above it.</summary>
    public const int NumberLimit = 576;

    /// <summary>The only instance of the table.</summary>
    public static CallTable Instance => s_instance.Value;

    /// <summary>The names of all calls.</summary>
    public IReadOnlyCollection<string> Names => _numbers.Keys;

    /// <summary>Returns the name of a call number; null if the table has no such number.</summary>
    public string? Name(CallAbi abi, int number) => (uint)number < NumberLimit ? _names[(int)abi][number] : null;

    /// <summary>Returns the number of a call; null if the ABI has no such call.</summary>
    public int? Number(CallAbi abi, string name) =>
        _numbers.TryGetValue(name, out int[]? numbers) && numbers[(int)abi] >= 0 ? numbers[(int)abi] : null;

    private void Add(string[] words)
    {
        int[] numbers = new int[words.Length - 1];
        for (int abi = 0; abi < numbers.Length; abi++)
        {
            string word = words[abi + 1];
            numbers[abi] = word == "-" ? -1 : int.Parse(word, CultureInfo.InvariantCulture);
            if ((uint)numbers[abi] < NumberLimit)
            {
                _names[abi][numbers[abi]] = words[0];
            }
        }

        _numbers.Add(words[0], numbers);
    }
}
