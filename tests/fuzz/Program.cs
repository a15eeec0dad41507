using Fuzz;
using SharpFuzz;

switch (args)
{
    case ["list"]:
        Console.WriteLine(string.Join('\n', FuzzTarget.All.Select(target => target.Name)));
        return 0;
    case ["seeds", var name, var directory]:
        int count = 0;
        foreach (byte[] seed in FuzzTarget.Named(name).SeedTexts(Environment.CurrentDirectory))
        {
            File.WriteAllBytes(Path.Combine(directory, $"seed{count++}"), seed);
        }

        return 0;
    case ["read", var name, .. var files]:
        foreach (string file in files)
        {
            Console.WriteLine(file);
            FuzzTarget.Named(name).Try(File.ReadAllBytes(file));
        }

        return 0;
    case ["afl", var name]:
        // No instrumented code may run before this, not even to find the target: the instrumentation has no memory yet.
        Fuzzer.OutOfProcess.Run(input =>
        {
            using var text = new MemoryStream();
            input.CopyTo(text);
            FuzzTarget.Named(name).Try(text.ToArray());
        });
        return 0;
    default:
        Console.Error.WriteLine("usage: Fuzz list | seeds TARGET DIRECTORY | read TARGET FILE.. | afl TARGET");
        return 2;
}
