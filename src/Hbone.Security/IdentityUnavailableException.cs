namespace Hbone.Security;

/// <summary>An identity provider has no identity to give.</summary>
/// <remarks>Not sealed: providers derive from it to say what their user can do about it.</remarks>
public class IdentityUnavailableException : Exception
{
    /// <summary>Creates an exception.</summary>
    /// <param name="message">What is missing, for an engineer.</param>
    /// <param name="innerException">The exception of the layer below, if any.</param>
    public IdentityUnavailableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
