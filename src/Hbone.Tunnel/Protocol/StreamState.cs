namespace Hbone.Tunnel.Protocol;

/// <summary>The states of a stream that exists (RFC 9113 section 5.1); reserved states do not occur without push.</summary>
internal enum StreamState
{
    Open,
    HalfClosedLocal,
    HalfClosedRemote,
    Closed,
}
