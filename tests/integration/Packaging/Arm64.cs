using System.Runtime.InteropServices;
using IntegrationTests.Fixture;

namespace IntegrationTests.Packaging;

/// <summary>The programs that are built for arm64 on another machine, and run there by an emulator, qemu-user(1).</summary>
internal static class Arm64
{
    private const string Emulator = "/usr/bin/qemu-aarch64-static";

    /// <summary>The probe's exit code if the kernel has no such file system.</summary>
    private const int Unavailable = 69;

    private static readonly Lazy<Task<string?>> s_whyNot = new(FindWhyNotAsync);

    /// <summary>The start of a command line whose program, and the programs that it starts, may be for arm64.</summary>
    internal static string[] Start => [Probes.Emulated, Emulator];

    /// <summary>The path of a static busybox for arm64.</summary>
    internal static string Busybox => Repository.Built("cache/arm64/busybox", "make systems");

    /// <summary>The directory of the arm64 packages.</summary>
    internal static string Packages => Path.GetDirectoryName(Program("hookctl"))!;

    /// <summary>Returns the path of one of our programs for arm64.</summary>
    internal static string Program(string name) => Repository.Built(Path.Combine("arm64", name), "make deb rpm ARCH=arm64");

    /// <summary>Skips a test if this machine cannot run arm64 programs.</summary>
    internal static async Task SkipIfItCannotRunAsync()
    {
        if (await s_whyNot.Value is { } reason)
        {
            Assert.Skip(reason);
        }
    }

    private static async Task<string?> FindWhyNotAsync()
    {
        if (RuntimeInformation.OSArchitecture == Architecture.Arm64)
        {
            return "this machine is an arm64 itself";
        }

        string missing = Path.Combine(Repository.Root, "out", "cache", "arm64.missing");
        return File.Exists(missing) ? File.ReadAllText(missing)
            : (await new ExternalProgram(Probes.Emulated, Emulator, "/bin/true").RunAsync()).ExitCode == Unavailable
                ? "this kernel has no binfmt_misc of a user namespace's own"
            : null;
    }
}
