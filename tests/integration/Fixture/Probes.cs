namespace IntegrationTests.Fixture;

/// <summary>The C programs of <c>tests/probes</c>. The source of each says what it is for.</summary>
internal static class Probes
{
    public static string Recorder => Built("recorder");

    public static string Probe => Built("probe");

    public static string Launcher => Built("launcher");

    public static string ExecOnly => Built("exec-only");

    public static string Named => Built("named");

    public static string Syscalls => Built("syscalls");

    public static string Crash => Built("crash");

    public static string Storm => Built("storm");

    public static string Caller => Built("caller");

    public static string Refuse => Built("refuse");

    public static string Parasite => Built("parasite");

    public static string Failing => Built("failing");

    public static string Renamer => Built("renamer");

    public static string AtListing => Built("at-listing");

    public static string Emulated => Built("emulated");

    private static string Built(string name) => Repository.Built(Path.Combine("probes", name), "make probes");
}
