using System.Runtime.CompilerServices;
using Linux;

namespace HookEngine.Running.Precreate;

/// <summary>A program that gets a text on standard input and prints another, started and read to its end.</summary>
internal sealed unsafe class PrecreateProcess : IDisposable
{
    /// <summary>How much of what it writes to standard error is kept, in bytes.</summary>
    private const int ErrorLimit = 64 * 1024;

    private readonly int _limit;
    private readonly NativeBuffer _error = new(ErrorLimit);
    private NativeBuffer _output = new(ErrorLimit);
    private int _outputLength;
    private int _errorLength;
    private int _outputPipe = -1;
    private int _errorPipe = -1;

    /// <summary>The program's process; 0 once it has been waited for.</summary>
    private int _pid;

    /// <summary>Whether what it printed could not be read to its end.</summary>
    private bool _isCut;

    /// <param name="limit">How much it may print, in bytes.</param>
    private PrecreateProcess(int limit) => _limit = limit;

    /// <summary>What the child needs to know, and what it tells: why it could not become the program, errno(3).</summary>
    private struct Child
    {
        internal byte* Path;
        internal byte** Arguments;
        internal byte** Environment;
        internal byte* Directory;
        internal int Input, Output, Error;
        internal int Parent;
        internal delegate*<void> Prepare;
        internal int Errno;
    }

    /// <summary>What the program printed.</summary>
    internal ReadOnlySpan<byte> Output => _output.Span[.._outputLength];

    /// <summary>What it wrote to standard error, but for what is beyond <see cref="ErrorLimit"/>.</summary>
    internal ReadOnlySpan<byte> Error => _error.Span[.._errorLength];

    /// <summary>Whether it printed more than it may.</summary>
    internal bool IsTooLong => _outputLength > _limit;

    /// <summary>Its status, as of wait(2).</summary>
    internal int Status { get; private set; }

    /// <summary>Runs a program.</summary>
    /// <param name="program">The program and where it runs.</param>
    /// <param name="input">What it gets on standard input.</param>
    /// <param name="limit">How much it may print, in bytes.</param>
    /// <param name="timeout">After how long it is killed.</param>
    /// <exception cref="OciHooksException">It cannot be started.</exception>
    internal static PrecreateProcess Run(in PrecreateProgram program, ReadOnlySpan<byte> input, int limit, TimeSpan timeout)
    {
        double deadline = Libc.Milliseconds() + timeout.TotalMilliseconds;
        var process = new PrecreateProcess(limit);
        try
        {
            process.Start(program, input);
            process.Read(deadline);
            return process;
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    /// <summary>What it printed, to be disposed of by whoever takes it.</summary>
    internal NativeBuffer TakeOutput()
    {
        NativeBuffer output = _output;
        output.Shorten(_outputLength);
        _output = new NativeBuffer(0);
        _outputLength = 0;
        return output;
    }

    public void Dispose()
    {
        Close(ref _outputPipe);
        Close(ref _errorPipe);
        _output.Dispose();
        _error.Dispose();
    }

    private void Start(in PrecreateProgram program, ReadOnlySpan<byte> input)
    {
        int inputFile;
        fixed (byte* name = "config.json"u8, content = input)
        {
            inputFile = Libc.SealedMemory(name, content, input.Length);
        }

        int hookOutput = -1, hookError = -1;
        bool isReady = inputFile >= 0 && Libc.Pipe(out _outputPipe, out hookOutput) && Libc.Pipe(out _errorPipe, out hookError);
        int error = isReady ? 0 : Libc.Errno;
        if (isReady)
        {
            // Ignored, it would have the child gone before its status is asked for, wait(2).
            Libc.SetAction(Libc.SIGCHLD, Libc.SIG_DFL);
            Libc.Rewind(inputFile);
            Libc.DoNotBlock(_outputPipe);
            Libc.DoNotBlock(_errorPipe);
            error = Start(program, inputFile, hookOutput, hookError);
        }

        Close(ref inputFile);
        Close(ref hookOutput);
        Close(ref hookError);
        if (error != 0)
        {
            throw new OciHooksException($"{program.Path} could not be started: {Libc.ErrorText(error)}; install it again");
        }
    }

    private int Start(in PrecreateProgram program, int input, int output, int error)
    {
        fixed (byte* path = program.Path.Terminated, directory = program.Directory.Terminated)
        {
            var child = new Child
            {
                Path = path,
                Arguments = program.Arguments,
                Environment = program.Environment,
                Directory = directory,
                Input = input,
                Output = output,
                Error = error,
                Parent = Libc.getpid(),
                Prepare = program.Prepare,
            };
            _pid = Libc.RunInChild(&Become, &child, 0);
            return _pid < 0 ? Libc.Errno : child.Errno;
        }
    }

    /// <summary>The child: takes its place and executes the program. Does not return, allocate or throw.</summary>
    private static int Become(void* argument)
    {
        ref Child child = ref Unsafe.AsRef<Child>(argument);
        Libc.DieWithParent();
        bool isReady = Libc.getppid() == child.Parent && Libc.dup2(child.Input, 0) == 0 && Libc.dup2(child.Output, 1) == 1
            && Libc.dup2(child.Error, 2) == 2 && Libc.chdir(child.Directory) == 0;
        if (isReady)
        {
            child.Prepare();
            _ = Libc.execve(child.Path, child.Arguments, child.Environment);
        }

        child.Errno = Libc.Errno;
        Libc._exit(1);
        return 0;
    }

    /// <summary>
    /// Reads until it has ended, which is when its standard error is closed: what it has started in turn may hold its output for ever, but
    /// has no such error of it.
    /// </summary>
    private void Read(double deadline)
    {
        PollEntry* entries = stackalloc PollEntry[2];
        bool goesOn = true;
        while (goesOn)
        {
            entries[0] = new PollEntry { Descriptor = _outputPipe, Wanted = Libc.POLLIN };
            entries[1] = new PollEntry { Descriptor = _errorPipe, Wanted = Libc.POLLIN };
            double timeout = deadline - Libc.Milliseconds();
            if (timeout <= 0)
            {
                _ = Libc.kill(_pid, Libc.SIGKILL);
                break;
            }

            if (Libc.poll(entries, 2, (int)Math.Ceiling(timeout)) <= 0)
            {
                continue;
            }

            _ = entries[0].Happened == 0 || ReadOutput();
            goesOn = entries[1].Happened == 0 || ReadError();
        }

        int status;
        int ended;
        do
        {
            ended = Libc.waitpid(_pid, &status, Libc.__WALL);
        }
        while (ended < 0 && Libc.Errno == Libc.EINTR);

        // The number may be another process's now.
        _pid = 0;
        while (_outputPipe >= 0 && ReadOutput())
        {
        }

        Status = ended > 0 && !_isCut ? status : -1;
    }

    /// <summary>Takes some of the output. False if there is nothing now.</summary>
    private bool ReadOutput()
    {
        if (_outputLength == _output.Length)
        {
            _output.Grow((int)Math.Min(2L * _output.Length, (long)_limit + 1));
        }

        nint count = Libc.Read(_outputPipe, _output.Pointer + _outputLength, _output.Length - _outputLength);
        _outputLength += (int)Math.Max(count, 0);
        if (IsTooLong && _pid > 0)
        {
            _ = Libc.kill(_pid, Libc.SIGTERM);
        }

        bool hasFailed = count < 0 && Libc.Errno != Libc.EAGAIN;
        _isCut |= hasFailed;
        if (IsTooLong || count == 0 || hasFailed)
        {
            Close(ref _outputPipe);
        }

        return count > 0 && !IsTooLong;
    }

    /// <summary>Takes some of the error. False at its end.</summary>
    private bool ReadError()
    {
        byte* rest = stackalloc byte[512];
        bool isFull = _errorLength == _error.Length;
        nint count = isFull
            ? Libc.Read(_errorPipe, rest, 512)
            : Libc.Read(_errorPipe, _error.Pointer + _errorLength, _error.Length - _errorLength);
        _errorLength += isFull ? 0 : (int)Math.Max(count, 0);
        return count > 0 || (count < 0 && Libc.Errno == Libc.EAGAIN);
    }

    private static void Close(ref int descriptor)
    {
        if (descriptor >= 0)
        {
            _ = Libc.close(descriptor);
            descriptor = -1;
        }
    }
}

/// <summary>A program and how it is started.</summary>
internal unsafe struct PrecreateProgram
{
    /// <summary>Its path.</summary>
    internal FilePath Path;

    /// <summary>Its arguments, the first being its name.</summary>
    internal byte** Arguments;

    /// <summary>Its environment.</summary>
    internal byte** Environment;

    /// <summary>Its working directory.</summary>
    internal FilePath Directory;

    /// <summary>Called in its process right before it is executed; it must not throw or allocate.</summary>
    internal delegate*<void> Prepare;
}
