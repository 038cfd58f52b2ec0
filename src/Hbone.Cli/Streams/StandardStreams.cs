using Microsoft.Win32.SafeHandles;

namespace Hbone.Cli.Streams;

/// <summary>Standard input and output as bytes.</summary>
internal static class StandardStreams
{
    private const int StandardOutput = 1;

    /// <summary>Standard input; reads block a thread of the pool, as there is no other way for every kind of handle.</summary>
    public static Stream OpenInput() => Console.OpenStandardInput();

    /// <summary>Standard output; a write fails when the reader is gone.</summary>
    /// <remarks>
    /// The stream of <see cref="Console"/> takes a closed pipe for success, so the tunnel would be drained into nothing.
    /// </remarks>
    public static Stream OpenOutput() => OperatingSystem.IsWindows()
        ? Console.OpenStandardOutput()
        : new FileStream(new SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0);
}
