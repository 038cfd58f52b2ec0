namespace Hbone.Security;

/// <summary>An identity on disk could not be used: which file, what is wrong, and what to do.</summary>
public sealed class IdentityFileException : IdentityUnavailableException
{
    /// <summary>Creates an exception whose message is the problem followed by the remedy.</summary>
    /// <param name="error">The stable reason.</param>
    /// <param name="path">The file or directory.</param>
    /// <param name="problem">What is wrong, one sentence that names the file.</param>
    /// <param name="remedy">What the user can do about it, one sentence.</param>
    /// <param name="innerException">The exception of the layer below, if any.</param>
    public IdentityFileException(IdentityFileError error, string path, string problem, string remedy, Exception? innerException = null)
        : base($"{problem} {remedy}", innerException)
    {
        Error = error;
        Path = path;
        Problem = problem;
        Remedy = remedy;
    }

    /// <summary>The stable reason.</summary>
    public IdentityFileError Error { get; }

    /// <summary>The file or directory that is at fault.</summary>
    public string Path { get; }

    /// <summary>What is wrong.</summary>
    public string Problem { get; }

    /// <summary>What to do about it.</summary>
    public string Remedy { get; }
}
