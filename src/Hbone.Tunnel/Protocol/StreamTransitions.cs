namespace Hbone.Tunnel.Protocol;

/// <summary>The transitions of RFC 9113 section 5.1 for a stream that exists.</summary>
internal static class StreamTransitions
{
    /// <summary>We sent END_STREAM.</summary>
    internal static StreamState SendEnd(StreamState state) => state switch
    {
        StreamState.Open => StreamState.HalfClosedLocal,
        StreamState.HalfClosedRemote => StreamState.Closed,
        _ => state,
    };

    /// <summary>The peer sent END_STREAM.</summary>
    internal static StreamState ReceiveEnd(StreamState state) => state switch
    {
        StreamState.Open => StreamState.HalfClosedRemote,
        StreamState.HalfClosedLocal => StreamState.Closed,
        _ => state,
    };

    /// <summary>May this side still send DATA?</summary>
    internal static bool CanSend(StreamState state) => state is StreamState.Open or StreamState.HalfClosedRemote;

    /// <summary>May the peer still send DATA or trailers?</summary>
    internal static bool CanReceive(StreamState state) => state is StreamState.Open or StreamState.HalfClosedLocal;
}
