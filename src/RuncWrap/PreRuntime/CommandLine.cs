using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RuncWrap.PreRuntime;

/// <summary>
/// The grammars of runc (Go's flag package by way of urfave/cli), crun (argp) and youki (clap), as one: global options, the
/// subcommand, its options in any order with the container's ID. Allocates nothing: it runs before the managed runtime does.
/// </summary>
internal static unsafe class CommandLine
{
    /// <summary>Parses a command line.</summary>
    internal static Invocation Parse(int argumentCount, byte** arguments, byte** environment)
    {
        var invocation = new Invocation
        {
            ArgumentCount = argumentCount,
            Arguments = arguments,
            Environment = environment,
        };
        if (ParseGlobalOptions(ref invocation) && IsSetUpCommand(Text(arguments[invocation.CommandIndex])))
        {
            invocation.SetsUpContainer = ParseCommandOptions(ref invocation);
        }

        return invocation;
    }

    /// <summary>
    /// Copies the arguments without the wrapper's own, and with the runtime's path as the first, as it would be without us.
    /// </summary>
    /// <param name="invocation">The command line.</param>
    /// <param name="runtime">The runtime's path.</param>
    /// <param name="result">Room for all arguments and a null.</param>
    internal static void CopyForRuntime(in Invocation invocation, byte* runtime, byte** result)
    {
        int count = 0;
        result[count++] = runtime;
        for (int i = 1; i < invocation.ArgumentCount; i++)
        {
            if (!invocation.IsWrapperArgument(i))
            {
                result[count++] = invocation.Arguments[i];
            }
        }

        result[count] = null;
    }

    /// <summary>Whether the caller says who manages the container's cgroup: <c>--systemd-cgroup</c>, or crun's <c>--cgroup-manager</c>.</summary>
    internal static bool NamesCgroupManager(in Invocation invocation)
    {
        for (int i = 1; i < invocation.CommandIndex; i++)
        {
            byte* argument = invocation.Arguments[i];
            if (IsOption(argument) && IsAny(OptionName(argument), "systemd-cgroup"u8, "cgroup-manager"u8))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Puts <c>--systemd-cgroup</c> before the other arguments of the runtime.</summary>
    /// <param name="arguments">The arguments, with room for one more.</param>
    internal static void AddSystemdCgroup(byte** arguments)
    {
        // A literal's bytes are followed by a NUL and never move.
        byte* added = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference("--systemd-cgroup"u8));
        byte** next = arguments + 1;
        for (; added != null; next++)
        {
            byte* moved = *next;
            *next = added;
            added = moved;
        }

        *next = null;
    }

    /// <summary>Reads up to the subcommand. False if there is none, or nothing but help or a version is asked for.</summary>
    private static bool ParseGlobalOptions(ref Invocation invocation)
    {
        bool informs = false;
        for (int i = 1; i < invocation.ArgumentCount; i++)
        {
            if (!IsOption(invocation.Arguments[i]))
            {
                invocation.CommandIndex = i;
                return !informs;
            }

            if (EndsOptions(invocation.Arguments[i]))
            {
                invocation.CommandIndex = i + 1 < invocation.ArgumentCount ? i + 1 : 0;
                return invocation.CommandIndex > 0 && !informs;
            }

            ReadOnlySpan<byte> name = OptionName(invocation.Arguments[i]);
            if (IsAny(name, "wrap-config"u8, "hook-config-path"u8, "runtime-path"u8))
            {
                ParseWrapperOption(ref invocation, ref i, name);
                continue;
            }

            invocation.ShowsVersion |= name.SequenceEqual("wrap-version"u8);
            informs |= invocation.ShowsVersion || IsAny(name, "help"u8, "h"u8, "version"u8, "v"u8, "V"u8, "usage"u8, "?"u8);
            if (!GlobalOptionTakesValue(invocation, i, name))
            {
                continue;
            }

            byte* value = OptionValue(invocation, ref i);
            if (IsAny(name, "log"u8, "l"u8))
            {
                invocation.Log = value;
            }
            else if (name.SequenceEqual("log-format"u8))
            {
                invocation.LogFormat = value;
            }
        }

        return false;
    }

    /// <summary>Reads the options of create, run and restore. False if help is asked for, or the last lacks its value.</summary>
    private static bool ParseCommandOptions(ref Invocation invocation)
    {
        for (int i = invocation.CommandIndex + 1; i < invocation.ArgumentCount; i++)
        {
            byte* argument = invocation.Arguments[i];
            if (!IsOption(argument))
            {
                invocation.ContainerId = argument;
                continue;
            }

            if (EndsOptions(argument))
            {
                invocation.ContainerId = i + 1 < invocation.ArgumentCount ? invocation.Arguments[i + 1] : invocation.ContainerId;
                return true;
            }

            ReadOnlySpan<byte> name = OptionName(argument);
            if (IsAny(name, "help"u8, "h"u8, "usage"u8, "?"u8))
            {
                return false;
            }

            if (argument[1] != '-' && !IsLongNameWithOneDash(name) && ParseShortOptions(ref invocation, ref i))
            {
                continue;
            }

            if (!CommandOptionTakesValue(name))
            {
                continue;
            }

            byte* value = OptionValue(invocation, ref i);
            if (value == null)
            {
                // The runtime will say so.
                return false;
            }

            SetCommandOption(ref invocation, name, value);
        }

        return true;
    }

    /// <summary>Several short options in one word, the last perhaps with its value: <c>-b/bundle</c>, <c>-db/bundle</c>.</summary>
    private static bool ParseShortOptions(ref Invocation invocation, ref int index)
    {
        byte* letter = invocation.Arguments[index] + 1;
        while (*letter != 0)
        {
            var name = new ReadOnlySpan<byte>(letter, 1);
            letter++;
            if (!CommandOptionTakesValue(name))
            {
                continue;
            }

            if (*letter == 0)
            {
                index++;
                letter = index < invocation.ArgumentCount ? invocation.Arguments[index] : null;
            }

            SetCommandOption(ref invocation, name, letter);
            return true;
        }

        return true;
    }

    private static void SetCommandOption(ref Invocation invocation, ReadOnlySpan<byte> name, byte* value)
    {
        if (IsBundle(name))
        {
            invocation.Bundle = value;
        }
        else if (IsConfigFile(name))
        {
            invocation.ConfigFile = value;
        }
    }

    private static void ParseWrapperOption(ref Invocation invocation, ref int index, ReadOnlySpan<byte> name)
    {
        byte* option = invocation.Arguments[index];
        if (index >= Invocation.MaxWrapperIndex - 1)
        {
            invocation.IncompleteOption = option;
            return;
        }

        invocation.SetWrapperArgument(index);
        byte* value = OptionValue(invocation, ref index);
        invocation.SetWrapperArgument(index);
        if (value == null || *value == 0)
        {
            invocation.IncompleteOption = option;
        }
        else if (name.SequenceEqual("wrap-config"u8))
        {
            invocation.WrapConfig = value;
        }
        else if (name.SequenceEqual("hook-config-path"u8))
        {
            invocation.HookConfigPath = value;
        }
        else
        {
            invocation.RuntimePath = value;
        }
    }

    /// <summary>
    /// Whether the next argument belongs to a global option. One that is not known takes it unless it is an option or a command.
    /// </summary>
    private static bool GlobalOptionTakesValue(in Invocation invocation, int index, ReadOnlySpan<byte> name)
    {
        if (IsAny(name, "log"u8, "log-format"u8, "log-level"u8, "root"u8, "criu"u8, "rootless"u8, "cgroup-manager"u8)
            || IsAny(name, "l"u8, "r"u8))
        {
            return true;
        }

        bool isFlag = IsAny(name, "debug"u8, "systemd-cgroup"u8, "help"u8, "h"u8, "version"u8, "v"u8, "V"u8)
            || IsAny(name, "usage"u8, "?"u8);
        if (isFlag || HasAttachedValue(invocation.Arguments[index]) || index + 1 >= invocation.ArgumentCount)
        {
            return false;
        }

        byte* next = invocation.Arguments[index + 1];
        return !IsOption(next) && !IsKnownCommand(Text(next));
    }

    /// <summary>Go's flag package takes one dash for two; a single letter is the same either way.</summary>
    private static bool IsLongNameWithOneDash(ReadOnlySpan<byte> name) =>
        name.Length == 1
        || (CommandOptionTakesValue(name) && (!IsBundle(name) || name.Length == 6) && (!IsConfigFile(name) || name.Length == 6))
        || IsAny(name, "detach"u8, "keep"u8, "no-pivot"u8, "no-subreaper"u8, "no-new-keyring"u8, "tcp-established"u8, "ext-unix-sk"u8)
        || IsAny(name, "shell-job"u8, "file-locks"u8, "auto-dedup"u8, "lazy-pages"u8);

    private static bool CommandOptionTakesValue(ReadOnlySpan<byte> name) =>
        IsBundle(name)
        || IsConfigFile(name)
        || IsAny(name, "console-socket"u8, "pidfd-socket"u8, "pid-file"u8, "preserve-fds"u8, "p"u8, "c"u8)
        || IsAny(name, "image-path"u8, "work-path"u8, "manage-cgroups-mode"u8, "empty-ns"u8, "status-fd"u8)
        || IsAny(name, "lsm-profile"u8, "lsm-mount-context"u8, "user-log"u8);

    /// <summary>argp takes abbreviations of long options, too.</summary>
    private static bool IsBundle(ReadOnlySpan<byte> name) => !name.IsEmpty && "bundle"u8.StartsWith(name);

    private static bool IsConfigFile(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("f"u8) || (name.Length >= 4 && "config"u8.StartsWith(name));

    private static bool IsSetUpCommand(ReadOnlySpan<byte> command) => IsAny(command, "create"u8, "run"u8, "restore"u8);

    private static bool IsKnownCommand(ReadOnlySpan<byte> command) =>
        IsSetUpCommand(command)
        || IsAny(command, "start"u8, "state"u8, "kill"u8, "delete"u8, "exec"u8, "list"u8, "ps"u8)
        || IsAny(command, "pause"u8, "resume"u8, "update"u8, "events"u8, "spec"u8, "checkpoint"u8, "features"u8)
        || IsAny(command, "init"u8, "info"u8, "mounts"u8, "help"u8, "completion"u8, "wait"u8);

    private static bool EndsOptions(byte* argument) => argument[0] == '-' && argument[1] == '-' && argument[2] == 0;

    private static bool IsOption(byte* argument) => argument[0] == '-' && argument[1] != 0;

    /// <summary>An option's name without dashes and value.</summary>
    private static ReadOnlySpan<byte> OptionName(byte* argument)
    {
        ReadOnlySpan<byte> name = Text(argument + (argument[1] == '-' ? 2 : 1));
        int equals = name.IndexOf((byte)'=');
        return equals < 0 ? name : name[..equals];
    }

    private static bool HasAttachedValue(byte* argument) => Text(argument).Contains((byte)'=');

    /// <summary>
    /// An option's value, attached or in the argument that follows, which is then passed over; null if there is none.
    /// </summary>
    private static byte* OptionValue(in Invocation invocation, ref int index)
    {
        byte* argument = invocation.Arguments[index];
        int equals = Text(argument).IndexOf((byte)'=');
        if (equals >= 0)
        {
            return argument + equals + 1;
        }

        index++;
        return index < invocation.ArgumentCount ? invocation.Arguments[index] : null;
    }

    private static ReadOnlySpan<byte> Text(byte* argument) => MemoryMarshal.CreateReadOnlySpanFromNullTerminated(argument);

    private static bool IsAny(
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> a,
        ReadOnlySpan<byte> b,
        ReadOnlySpan<byte> c = default,
        ReadOnlySpan<byte> d = default,
        ReadOnlySpan<byte> e = default,
        ReadOnlySpan<byte> f = default,
        ReadOnlySpan<byte> g = default) =>
        !name.IsEmpty
        && (name.SequenceEqual(a) || name.SequenceEqual(b) || name.SequenceEqual(c) || name.SequenceEqual(d)
            || name.SequenceEqual(e) || name.SequenceEqual(f) || name.SequenceEqual(g));
}
