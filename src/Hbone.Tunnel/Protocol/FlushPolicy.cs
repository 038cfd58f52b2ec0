namespace Hbone.Tunnel.Protocol;

/// <summary>Whether the thread that staged bytes also sends them, or hands them to the writer. A pure function.</summary>
internal static class FlushPolicy
{
    /// <summary>
    /// From three TLS records on, encrypting on the caller's thread costs less than waking another one. With less, a stream of
    /// writes would leave as many short batches, each a system call and a wake-up at the other end.
    /// </summary>
    internal const int InlineBytes = 48 * 1024;

    /// <summary>Decides for bytes that were staged while nobody was sending.</summary>
    /// <param name="stagedBytes">Bytes in the filling buffer.</param>
    /// <param name="inboundSinceLastFlush">
    /// DATA arrived since the last send: the traffic is request and answer, where each wake-up is latency. Without it,
    /// small writes are a stream, and sending from another thread lets them gather into records.
    /// </param>
    /// <param name="controlOnly">Nothing but control frames is staged: short, and never worth a wake-up.</param>
    internal static bool SendInline(int stagedBytes, bool inboundSinceLastFlush, bool controlOnly) =>
        controlOnly || inboundSinceLastFlush || stagedBytes >= InlineBytes;
}
