namespace Hbone.Security;

/// <summary>SVID or bundle material could not be used.</summary>
public sealed class SvidException : Exception
{
    /// <summary>Creates an exception.</summary>
    /// <param name="error">The stable reason.</param>
    /// <param name="message">What is wrong with the material; never contains key material.</param>
    /// <param name="innerException">The exception of the layer below, if any.</param>
    public SvidException(SvidError error, string message, Exception? innerException = null)
        : base(message, innerException) => Error = error;

    /// <summary>The stable reason.</summary>
    public SvidError Error { get; }
}
