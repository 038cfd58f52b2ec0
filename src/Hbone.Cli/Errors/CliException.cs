namespace Hbone.Cli.Errors;

/// <summary>A failure the user can act on: what went wrong, what to do, and the exit code.</summary>
internal sealed class CliException : Exception
{
    /// <summary>Makes the error whose line reads <c>error: WHAT; REMEDY</c>.</summary>
    public CliException(ExitCode code, string what, string remedy, Exception? inner = null)
        : base($"{what}; {remedy}", inner)
    {
        Code = code;
        What = what;
        Remedy = remedy;
    }

    /// <summary>The exit code of the process.</summary>
    public ExitCode Code { get; }

    /// <summary>The cause, without a full stop.</summary>
    public string What { get; }

    /// <summary>What the user can do about it, without a full stop.</summary>
    public string Remedy { get; }
}
