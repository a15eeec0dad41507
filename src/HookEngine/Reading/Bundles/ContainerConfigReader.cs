using HookEngine.Model;
using Json;

namespace HookEngine.Reading.Bundles;

/// <summary>Reads a config.json in one pass. Throws <see cref="System.Text.Json.JsonException"/> if the text is not JSON.</summary>
internal ref struct ContainerConfigReader
{
    private readonly ReadOnlySpan<byte> _json;
    private readonly ContainerDetailReader? _detail;
    private GoDecoder _decoder;
    private StringMap? _annotations;
    private List<string>? _args;
    private bool _hasProcess;
    private bool _hasBindMounts;

    /// <param name="json">The text.</param>
    /// <param name="isDetailed">Whether to read <see cref="Detail"/> too, which takes longer.</param>
    internal ContainerConfigReader(ReadOnlySpan<byte> json, bool isDetailed)
    {
        _json = json;
        _decoder = new GoDecoder(json);
        _detail = isDetailed ? new ContainerDetailReader() : null;
    }

    internal HooksLayout Hooks { get; } = new();

    /// <summary>Whether the text is an object, or null, which runc reads as an object without members.</summary>
    internal bool IsConfiguration { get; private set; }

    /// <summary>The fields whose type is not the one in the specification.</summary>
    internal readonly UnreadableFields Unreadable => _decoder.Problems.Count == 0 ? UnreadableFields.None : new(_decoder.Problems);

    /// <summary>What rules of format <c>ocihooks/1</c> can see; null if it was not requested.</summary>
    internal readonly ContainerDetail? Detail => _detail?.Detail(_annotations?.Members ?? [], _args ?? [], Unreadable);

    internal ContainerFacts Read()
    {
        bool isObject = _decoder.EnterObject("the file");
        IsConfiguration = _decoder.Problems.Count == 0;
        Hooks.Document = new TextRange(_decoder.Offset, isObject ? -1 : _decoder.End);
        while (isObject && _decoder.NextKey(out string key))
        {
            ReadMember(key);
            Hooks.LastMemberEnd = _decoder.End;
        }

        _decoder.Finish();
        string? command = _args is [var first, ..] ? first : null;
        return new ContainerFacts(_annotations?.Members ?? [], _hasProcess, command, _hasBindMounts) { Unreadable = Unreadable };
    }

    private void ReadMember(string key)
    {
        switch (key)
        {
            case "annotations":
                _decoder.ReadStringMap("annotations", ref _annotations);
                break;
            case "process":
                ReadProcess();
                break;
            case "mounts":
                ReadMounts();
                break;
            case "hooks":
                ReadHooks();
                break;
            default:
                if (_detail?.ReadMember(ref _decoder, key) != true)
                {
                    _decoder.Skip();
                }

                break;
        }
    }

    private void ReadProcess()
    {
        _hasProcess = _decoder.EnterObject("process");
        if (!_hasProcess)
        {
            _args = null;
            return;
        }

        while (_decoder.NextKey(out string key))
        {
            if (key == "args")
            {
                _decoder.ReadStrings("process.args", ref _args);
            }
            else if (_detail?.ReadProcessMember(ref _decoder, key) != true)
            {
                _decoder.Skip();
            }
        }
    }

    private void ReadMounts()
    {
        _hasBindMounts = false;
        bool isArray = _decoder.EnterArray("mounts");
        while (isArray && _decoder.NextElement())
        {
            bool isBind = false;
            bool isObject = _decoder.EnterObject("mounts");
            while (isObject && _decoder.NextKey(out string key))
            {
                if (key == "options")
                {
                    isBind |= ReadMountOptions();
                }
                else if (_detail?.ReadMountMember(ref _decoder, key) != true)
                {
                    _decoder.Skip();
                }
            }

            _hasBindMounts |= isBind;
            _detail?.EndMount(isBind);
        }
    }

    private bool ReadMountOptions()
    {
        const string field = "mounts.options";
        bool isBind = false;
        bool isArray = _decoder.EnterArray(field);
        while (isArray && _decoder.NextElement())
        {
            isBind |= _decoder.ReadStringIsEither(field, "bind"u8, "rbind"u8);
        }

        return isBind;
    }

    private void ReadHooks()
    {
        TextRange key = _decoder.Token;
        var member = new HooksMember(key, _json[key.Start..key.End].SequenceEqual("\"hooks\""u8), Hooks.LastMemberEnd);
        bool isObject = _decoder.EnterObject("hooks");
        int start = _decoder.Offset;
        while (isObject && _decoder.NextKey(out string stage))
        {
            member.Stages.Add(ReadStage(stage));
        }

        member.IsNull = !isObject;
        member.Value = new TextRange(start, _decoder.End);
        Hooks.Members.Add(member);
    }

    private StageMember ReadStage(string foldedName)
    {
        TextRange key = _decoder.Token;
        var elements = new List<TextRange>();
        bool isArray = _decoder.EnterArray($"hooks.{HookStages.ParseFolded(foldedName)?.Name() ?? foldedName}");
        int start = _decoder.Offset;
        while (isArray && _decoder.NextElement())
        {
            elements.Add(_decoder.SkipValue());
        }

        return new StageMember(foldedName, key, new TextRange(start, _decoder.End), !isArray, elements);
    }
}
