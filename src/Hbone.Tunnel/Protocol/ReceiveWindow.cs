namespace Hbone.Tunnel.Protocol;

/// <summary>Credit granted to the peer: of one stream, or of the connection (RFC 9113 section 6.9).</summary>
/// <remarks>
/// Owner: the stream or connection that embeds it. Threading: any thread; the reader loop receives, applications
/// return; it grows under the connection gate. Memory: four integers. Credit is given back in one update once half of a small window, or a part of a
/// large one, was consumed, so that updates are few and the sender has nearly all of the window.
/// </remarks>
internal struct ReceiveWindow
{
    /// <summary>A shared window that is nearly used up is topped up in steps no smaller than this.</summary>
    private const int SmallestStep = 16 * 1024;

    /// <summary>
    /// What was read and not given back is missing to the sender for a round trip, and may be so for good: of a window that is
    /// given back by halves, only half was ever on a long way. Beyond this size that counts for more than few updates.
    /// </summary>
    private const int LargestStep = 256 * 1024;

    private readonly bool _isShared;
    private int _threshold;
    private int _available;
    private int _unreturned;

    /// <param name="size">Bytes granted at first.</param>
    /// <param name="isShared">
    /// Many streams use it. What unread ones hold can never be given back, so that half of the window may never come
    /// together; the less the peer has left, the sooner it gets back what others have read.
    /// </param>
    internal ReceiveWindow(int size, bool isShared = false)
    {
        _isShared = isShared;
        Size = size;
        _threshold = ThresholdOf(size);
        _available = size;
    }

    /// <summary>The window as granted in all.</summary>
    internal int Size { get; private set; }

    /// <summary>What the peer may still send, by our account.</summary>
    internal readonly int Available => _available;

    /// <summary>Consumed bytes that were not given back yet.</summary>
    internal readonly int Unreturned => _unreturned;

    /// <summary>Accounts for bytes that arrived.</summary>
    /// <returns><see langword="false"/> when the peer sent more than it had credit for.</returns>
    internal bool TryReceive(int bytes) => Interlocked.Add(ref _available, -bytes) >= 0;

    /// <summary>Accounts for bytes that were consumed or dropped.</summary>
    /// <returns>The increment to announce now, or 0.</returns>
    internal int Return(int bytes)
    {
        int threshold = _isShared ? Math.Min(_threshold, Math.Max(SmallestStep, _available / 2)) : _threshold;
        if (Interlocked.Add(ref _unreturned, bytes) < threshold)
        {
            return 0;
        }

        int increment = Interlocked.Exchange(ref _unreturned, 0);
        if (increment > 0)
        {
            // Before the update is on the wire, or a quick peer could look like a violator.
            Interlocked.Add(ref _available, increment);
        }

        return increment;
    }

    private static int ThresholdOf(int size) => Math.Max(1, Math.Min(size / 2, Math.Max(LargestStep, size / 16)));

    /// <summary>Makes the window larger; the caller announces the same number of bytes. Connection gate.</summary>
    internal void Grow(int bytes)
    {
        Size += bytes;
        _threshold = ThresholdOf(Size);
        Interlocked.Add(ref _available, bytes);
    }
}
