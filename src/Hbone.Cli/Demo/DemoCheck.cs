using System.Diagnostics.CodeAnalysis;
using Hbone.Cli.Errors;

namespace Hbone.Cli.Demo;

/// <summary>The demo's own checks: what it shows must have happened.</summary>
internal static class DemoCheck
{
    /// <summary>Fails the demo unless <paramref name="holds"/>.</summary>
    /// <exception cref="CliException">It does not hold.</exception>
    public static void That([DoesNotReturnIf(false)] bool holds, string otherwise)
    {
        if (!holds)
        {
            throw Failed(otherwise);
        }
    }

    /// <summary>The error of a check that did not hold.</summary>
    public static CliException Failed(string what) => new(
        ExitCode.DemoFailed, $"the demo failed: {what}", "run 'hbone demo --verbose' and report what it logs");
}
