namespace Hbone.Framing.Connect;

/// <summary>What a response's field block is, told by <see cref="ConnectResponseParser.Complete"/>.</summary>
public enum ConnectResponseVerdict
{
    /// <summary>A well-formed final response (status 200 or above).</summary>
    Final,

    /// <summary>A well-formed interim response (1xx): another one follows (RFC 9113 §8.1).</summary>
    Informational,

    /// <summary>Malformed: a stream error of type PROTOCOL_ERROR (RFC 9113 §8.1.1).</summary>
    Malformed,

    /// <summary>Over the limit of header list bytes or of fields.</summary>
    TooLarge,
}
