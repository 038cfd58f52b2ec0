namespace Hbone.Tunnel;

/// <summary>Settings of one HTTP/2 connection, either role.</summary>
/// <remarks>
/// Setters validate single values at once; rules across values are checked when a connection is built, all faults in one
/// message. The values are copied then; later changes have no effect on it.
/// </remarks>
public sealed class HboneConnectionOptions
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(1);

    /// <summary>
    /// Receive window a tunnel starts with, in bytes (SETTINGS_INITIAL_WINDOW_SIZE, RFC 9113 section 6.9.2): what a peer may
    /// send before the application reads. 65,535 to 64 MiB; default 65,535.
    /// </summary>
    public int InitialStreamWindowBytes
    {
        get;
        set => field = OptionGuard.InRange(value, 65_535, 64 << 20);
    } = 65_535;

    /// <summary>
    /// Largest receive window of a tunnel, in bytes. The window doubles up to it whenever the application reads faster than
    /// the window lets the peer send, as over a long distance: throughput is at most the window for each round trip. 65,535
    /// to 64 MiB; default 4 MiB. No effect below <see cref="InitialStreamWindowBytes"/>.
    /// </summary>
    public int StreamWindowBytes
    {
        get;
        set => field = OptionGuard.InRange(value, 65_535, 64 << 20);
    } = 4 << 20;

    /// <summary>
    /// Receive window of the whole connection in bytes: the bound on unread data of all its tunnels together. The windows of
    /// <see cref="MaxConcurrentTunnels"/> tunnels of <see cref="InitialStreamWindowBytes"/> are set aside, and tunnels grow
    /// into the rest; while it covers them, open tunnels nobody reads cannot stop the others. Bytes that ended tunnels still hold
    /// unread count too. At least four times
    /// <see cref="InitialStreamWindowBytes"/>; at most 1 GiB; default 32 MiB.
    /// </summary>
    public int ConnectionWindowBytes
    {
        get;
        set => field = OptionGuard.InRange(value, 4 * 65_535, 1 << 30);
    } = 32 << 20;

    /// <summary>
    /// Largest frame payload this side accepts, in bytes (SETTINGS_MAX_FRAME_SIZE, RFC 9113 section 4.2). 16,384 to
    /// 16,777,215; default 16,384. DATA is handled as its bytes arrive, so a larger value costs no memory.
    /// </summary>
    public int MaxFrameBytes
    {
        get;
        set => field = OptionGuard.InRange(value, 16_384, (1 << 24) - 1);
    } = 16_384;

    /// <summary>
    /// Tunnels a client may have open at once on a connection this side serves (SETTINGS_MAX_CONCURRENT_STREAMS).
    /// 1 to 100,000; default 200. More are refused with REFUSED_STREAM. On a client: for how many tunnels
    /// <see cref="ConnectionWindowBytes"/> is laid out; the server decides how many there may be.
    /// </summary>
    public int MaxConcurrentTunnels
    {
        get;
        set => field = OptionGuard.InRange(value, 1, 100_000);
    } = 200;

    /// <summary>
    /// Time from the end of the TLS handshake to the peer's preface and first SETTINGS (RFC 9113 section 3.4).
    /// 100 ms to 1 hour; default 10 seconds.
    /// </summary>
    public TimeSpan HandshakeTimeout
    {
        get;
        set => field = OptionGuard.InRange(value, s_shortest, s_longest);
    } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Time a client waits for the answer to CONNECT once it was sent. 100 ms to 1 hour; default 20 seconds, longer than
    /// the 10 seconds that common servers allow themselves to dial.
    /// </summary>
    public TimeSpan OpenTimeout
    {
        get;
        set => field = OptionGuard.InRange(value, s_shortest, s_longest);
    } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Time for the last bytes and the peer's close after the last tunnel ended. 100 ms to 1 hour; default 2 seconds.
    /// </summary>
    public TimeSpan CloseTimeout
    {
        get;
        set => field = OptionGuard.InRange(value, s_shortest, s_longest);
    } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Time one write to the transport may take without completing, because the peer does not read its socket.
    /// 100 ms to 1 hour; default 30 seconds. Then the connection ends with <see cref="HboneError.Timeout"/>.
    /// </summary>
    public TimeSpan WriteTimeout
    {
        get;
        set => field = OptionGuard.InRange(value, s_shortest, s_longest);
    } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Time a server's application has to answer a CONNECT, dialling included. 100 ms to 1 hour; default 15 seconds, longer
    /// than the 10 seconds that dialling is given. Then the request is answered 503 and <see cref="HboneTunnelRequest.Aborted"/>
    /// is cancelled; it counts against <see cref="MaxConcurrentTunnels"/> until the application lets go of it all the same. No
    /// meaning for a client.
    /// </summary>
    public TimeSpan DecisionTimeout
    {
        get;
        set => field = OptionGuard.InRange(value, s_shortest, s_longest);
    } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Time a tunnel may stay silent once one side has ended its half: nothing received, sent or read. 100 ms to 24 hours;
    /// default 5 minutes. Then it is reset with <see cref="HboneError.IdleTimeout"/>, since a peer that forgot the other half
    /// would keep the slot for ever. A tunnel that is open both ways may be silent as long as it likes.
    /// </summary>
    public TimeSpan HalfClosedIdleTimeout
    {
        get;
        set => field = OptionGuard.InRange(value, s_shortest, TimeSpan.FromHours(24));
    } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Time a write to a tunnel may wait without one byte of it leaving, because the peer grants no credit. 100 ms to
    /// 24 hours; default 5 minutes. Then the tunnel is reset with <see cref="HboneError.Timeout"/>: a closed window must not
    /// hold buffers and sockets for ever.
    /// </summary>
    public TimeSpan StallTimeout
    {
        get;
        set => field = OptionGuard.InRange(value, s_shortest, TimeSpan.FromHours(24));
    } = TimeSpan.FromMinutes(5);

    /// <summary>Bounds on what a peer can cost.</summary>
    public HboneLimits Limits { get; set; } = new();

    /// <summary>Probing of a silent peer.</summary>
    public HboneKeepAliveOptions KeepAlive { get; set; } = new();

    /// <summary>
    /// Called once when the connection was lost: it ended other than by a shutdown or disposal on either side, and not by a
    /// peer that left while no tunnel was open. Must not throw or block, since it may run in the connection's reader loop.
    /// Default none. The same facts are logged.
    /// </summary>
    public Action<HboneConnectionLoss>? OnLost { get; set; }

    /// <summary>The clock and timers; default <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Checks the rules across values and returns an independent copy.</summary>
    /// <exception cref="ArgumentException">One or more rules do not hold; the message lists all of them.</exception>
    internal HboneConnectionOptions Snapshot()
    {
        List<string> faults = [];
        if (Limits is null)
        {
            faults.Add($"{nameof(Limits)} is null.");
        }

        if (KeepAlive is null)
        {
            faults.Add($"{nameof(KeepAlive)} is null.");
        }

        if (TimeProvider is null)
        {
            faults.Add($"{nameof(TimeProvider)} is null.");
        }

        if (ConnectionWindowBytes < 4L * InitialStreamWindowBytes)
        {
            faults.Add(
                $"{nameof(ConnectionWindowBytes)} ({ConnectionWindowBytes}) must be at least four times " +
                $"{nameof(InitialStreamWindowBytes)} ({InitialStreamWindowBytes}), or one unread tunnel could stop the others.");
        }

        if (faults.Count > 0)
        {
            throw new ArgumentException($"Invalid {nameof(HboneConnectionOptions)}: {string.Join(' ', faults)}");
        }

        var copy = (HboneConnectionOptions)MemberwiseClone();
        copy.Limits = Limits!.Clone();
        copy.KeepAlive = KeepAlive!.Clone();
        return copy;
    }
}
