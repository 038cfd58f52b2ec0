using SharpFuzz;

namespace Hbone.Fuzz.Runs;

/// <summary>Takes inputs from afl-fuzz, which watches the coverage of the instrumented assemblies.</summary>
internal static class AflRun
{
    private const int MaxInputBytes = 1 << 20;

    /// <summary>Serves the fuzzer until it ends; without one, runs the input on standard input.</summary>
    public static int Start(IFuzzTarget target)
    {
        byte[] buffer = new byte[MaxInputBytes];
        Fuzzer.Run(stream =>
        {
            int length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            target.Run(buffer.AsSpan(0, length));
        });
        return 0;
    }
}
