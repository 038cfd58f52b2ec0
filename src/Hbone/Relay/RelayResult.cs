namespace Hbone.Relay;

/// <summary>What a finished relay moved, and how it ended.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="BytesToTunnel">Payload bytes taken from the socket and given to the tunnel.</param>
/// <param name="BytesFromTunnel">Payload bytes taken from the tunnel and given to the socket.</param>
/// <param name="Error">What made it end early; null when nothing did.</param>
public sealed record RelayResult(RelayOutcome Outcome, long BytesToTunnel, long BytesFromTunnel, Exception? Error);
