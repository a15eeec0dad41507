using System.Text.Json;
using HookCtl.Engines;
using HookCtl.Engines.Docker;
using HookCtl.Files;
using HookCtl.Processes;

namespace HookCtl.Commands.Doctor;

/// <summary>How the wrapper is registered with Docker: what daemon.json says, and what the running daemon has read of it.</summary>
internal static class DockerCheck
{
    private const string Name = "docker";
    private const string Reload = "reload it: systemctl reload docker, or kill -HUP";

    internal static async Task<IEnumerable<Finding>> RunAsync(Machine machine)
    {
        Dockerd daemon = await Dockerd.OfAsync(machine.Files, null, machine.Token);
        string file = daemon.ConfigFile;
        string? text = machine.Files.Text(file);
        if (text is null && daemon.Pid is null && ProgramSearch.Find("docker") is null && ProgramSearch.Find("dockerd") is null)
        {
            return [];
        }

        if (EngineJson.Parse(text ?? "{}") is not { } settings)
        {
            return [Finding.Problem(Name, $"{file} is not valid JSON, so dockerd will not start", "fix it: dockerd --validate")];
        }

        Dictionary<string, Registration> configured = Registrations(Member(settings, "runtimes"));
        DockerAnswer answer = await DockerAnswer.AskAsync(daemon, machine);
        Dictionary<string, Registration> running = Registrations(answer.Runtimes);
        string? standard = answer.IsRunning ? answer.DefaultRuntime : EngineFiles.String(settings, "default-runtime");
        var names = configured.Concat(running).Where(entry => entry.Value.Wrapper(machine) is not null).Select(entry => entry.Key);
        List<Finding> findings =
        [
            .. names.Distinct().SelectMany(name => Registered(
                machine, file, name, configured.GetValueOrDefault(name), running.GetValueOrDefault(name), answer.IsRunning, standard == name)),
        ];
        LowLevelChoice? lowLevel = await machine.LowLevelAsync();
        findings.AddRange(names.Distinct().SelectMany(name => Differences(lowLevel, configured, name)));
        if (answer.DataRoot is { } dataRoot && !daemon.DataRoots(machine.Files).Contains(dataRoot))
        {
            findings.Add(Finding.Warning(
                Name, $"dockerd keeps its containers in {dataRoot}, and {file} says {daemon.DataRoot}",
                "restart it, which makes it forget the containers in the old place, or set that back"));
        }

        if (findings.Count == 0)
        {
            findings.Add(Finding.Note(
                Name,
                "runc-wrap is not registered",
                "hookctl install docker"));
        }

        return answer.Complaint is { } complaint ? findings.Append(complaint) : findings;
    }

    private static IEnumerable<Finding> Registered(
        Machine machine, string file, string name, Registration? configured, Registration? running, bool isRunning, bool isDefault)
    {
        Registration registration = running ?? configured!;
        string wrapper = registration.Wrapper(machine) ?? registration.Path ?? registration.Type!;
        string use = isDefault ? "the default runtime" : $"for containers with --runtime={name}";
        yield return Finding.Ok(Name, $"registered as \"{name}\", {use}: {wrapper}");
        if (isRunning && running is null)
        {
            yield return Finding.Warning(Name, $"{file} has \"{name}\", which the running dockerd has not read", Reload);
        }
        else if (isRunning && configured is null)
        {
            yield return Finding.Note(Name, $"the running dockerd has \"{name}\" from elsewhere than {file}");
        }
        else if (isRunning && !IsSame(running!, configured!))
        {
            yield return Finding.Warning(Name, $"{file} has another \"{name}\" than the running dockerd", Reload);
        }

        if (registration.Arguments.Count > 0)
        {
            yield return Finding.Warning(
                Name,
                $"\"{name}\" has runtimeArgs, for which dockerd writes a shell script: each call of the runtime costs a shell",
                "remove them: what they say can stand in /etc/ocihooks/config.json");
        }

        foreach (Finding defect in Registration.Defects(Name, name, wrapper, machine))
        {
            yield return defect;
        }
    }

    /// <summary>What a registration lacks of that of the runtime that the wrapper calls, or has besides.</summary>
    private static IEnumerable<Finding> Differences(LowLevelChoice? lowLevel, Dictionary<string, Registration> configured, string name)
    {
        if (!configured.TryGetValue(name, out Registration? own)
            || configured.Values.FirstOrDefault(other => other.Path is { } path && lowLevel?.Is(path) == true) is not { } called)
        {
            yield break;
        }

        string advice = $"give \"{name}\" the same, or take both away";
        IEnumerable<string> arguments = BesideTheWrappersOwn(own.Arguments);
        if (!arguments.SequenceEqual(called.Arguments))
        {
            yield return Finding.Warning(
                Name,
                $"\"{name}\" has the runtimeArgs [{string.Join(", ", arguments)}], and \"{called.Name}\", which runc-wrap calls, "
                + $"[{string.Join(", ", called.Arguments)}]",
                advice);
        }

        if (own.Type is { } type && called.Type is { } other && type == other && own.Options != called.Options)
        {
            yield return Finding.Warning(
                Name, $"\"{name}\" has the options {own.Options}, and \"{called.Name}\", which runc-wrap calls, {called.Options}", advice);
        }
    }

    private static IEnumerable<string> BesideTheWrappersOwn(IReadOnlyList<string> arguments)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            if (!arguments[i].StartsWith("--wrap-", StringComparison.Ordinal))
            {
                yield return arguments[i];
            }
            else if (!arguments[i].Contains('='))
            {
                i++;
            }
        }
    }

    private static bool IsSame(Registration left, Registration right) =>
        left.Path == right.Path && left.Arguments.SequenceEqual(right.Arguments);

    private static Dictionary<string, Registration> Registrations(JsonElement? runtimes)
    {
        var registrations = new Dictionary<string, Registration>(StringComparer.Ordinal);
        if (runtimes is { ValueKind: JsonValueKind.Object } all)
        {
            foreach (JsonProperty runtime in all.EnumerateObject())
            {
                JsonElement? options = Member(runtime.Value, "options");
                registrations[runtime.Name] = new Registration(
                    runtime.Name,
                    EngineFiles.String(options, "BinaryName") ?? EngineFiles.String(runtime.Value, "path"),
                    [.. EngineFiles.Array(runtime.Value, "runtimeArgs").Select(argument => argument.ToString())],
                    EngineFiles.String(runtime.Value, "runtimeType"))
                {
                    Options = OptionsBesideTheProgram(options),
                };
            }
        }

        return registrations;
    }

    private static string OptionsBesideTheProgram(JsonElement? options) =>
        options is not { ValueKind: JsonValueKind.Object } all ? "{}"
        : $"{{{string.Join(", ", all.EnumerateObject().Where(option => option.Name != "BinaryName").Select(option => option.ToString()))}}}";

    internal static JsonElement? Member(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty(name, out JsonElement member) ? member : null;
}
