namespace Hbone.Framing.Connect;

/// <summary>What a request's field block is, told by <see cref="ConnectRequestParser.Complete"/>.</summary>
public enum ConnectRequestVerdict
{
    /// <summary>A well-formed CONNECT (RFC 9113 §8.5).</summary>
    Connect,

    /// <summary>A well-formed request with another method.</summary>
    OtherMethod,

    /// <summary>Malformed: a stream error of type PROTOCOL_ERROR (RFC 9113 §8.1.1).</summary>
    Malformed,

    /// <summary>Over the limit of header list bytes or of fields: status 431.</summary>
    TooLarge,
}
