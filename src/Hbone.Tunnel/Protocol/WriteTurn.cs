namespace Hbone.Tunnel.Protocol;

/// <summary>How many payload bytes a tunnel may put into the staging buffer in one turn. A pure function.</summary>
internal static class WriteTurn
{
    /// <summary>
    /// Largest DATA payload we send, whatever the peer allows: with its 9-byte header a frame fills one TLS record of
    /// 16 KiB exactly, and a small tunnel never waits behind more than that.
    /// </summary>
    internal const int MaxPayload = (16 * 1024) - 9;

    /// <summary>
    /// The end of a write may be a little longer: 16 KiB, which every peer accepts, rather than a frame of 9 bytes after each of
    /// the writes of 16 KiB that many programs make.
    /// </summary>
    internal const int MaxLastPayload = 16 * 1024;

    /// <summary>A frame cut only because the buffer ends is not worth its header below this size.</summary>
    internal const int MinCutPayload = 1024;

    /// <summary>Payload bytes for the next frame, or 0 when the tunnel must wait.</summary>
    /// <param name="bytes">Bytes the tunnel wants to send.</param>
    /// <param name="streamCredit">The stream's window; may be negative.</param>
    /// <param name="connectionCredit">The connection's window; may be negative.</param>
    /// <param name="peerMaxFrame">The peer's SETTINGS_MAX_FRAME_SIZE.</param>
    /// <param name="room">Payload bytes that fit into the buffer after the frame header.</param>
    /// <param name="slack">Payload bytes beyond it that may be used to finish the write.</param>
    /// <param name="quota">Bytes the tunnel may still put into this buffer.</param>
    internal static int Next(int bytes, int streamCredit, int connectionCredit, int peerMaxFrame, int room, int slack, int quota)
    {
        int allowed = Math.Min(Math.Min(streamCredit, connectionCredit), Math.Min(bytes, quota));
        allowed = Math.Min(allowed, Math.Min(peerMaxFrame, bytes <= MaxLastPayload ? MaxLastPayload : MaxPayload));
        if (allowed <= room || (allowed == bytes && allowed <= room + slack))
        {
            return Math.Max(allowed, 0);
        }

        return room < MinCutPayload ? 0 : room;
    }
}
