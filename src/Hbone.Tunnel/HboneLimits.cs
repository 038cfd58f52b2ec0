namespace Hbone.Tunnel;

/// <summary>Bounds on what a peer may make this side hold or do. Each is checked per connection, in both roles.</summary>
/// <remarks>
/// <para>
/// Each bound that is passed adds one to the counter <c>hbone.limits.exceeded</c>, tagged with the name of the option. Where
/// the connection is closed for it, the peer is told ENHANCE_YOUR_CALM and the connection's end reason names the cause. Frames
/// that carry payload have no budget: flow control makes the peer pay for them in bytes, so an honest program that writes
/// single bytes is never cut off.
/// </para>
/// <para>
/// Setters validate at once. The consumer copies the values when a connection is built; later changes have no effect on
/// it. Not thread-safe while being changed.
/// </para>
/// </remarks>
public sealed class HboneLimits
{
    /// <summary>
    /// Largest decoded header list of one message, in bytes, each field counted as name + value + 32
    /// (RFC 9113 section 6.5.2). 1,024 to 1,048,576; default 16,384. Above it a request is answered 431 and a response
    /// resets the stream.
    /// </summary>
    public int MaxHeaderListBytes
    {
        get;
        set => field = OptionGuard.InRange(value, 1024, 1 << 20);
    } = 16 * 1024;

    /// <summary>Largest number of fields in one header list. 8 to 1,024; default 64.</summary>
    public int MaxHeaderFields
    {
        get;
        set => field = OptionGuard.InRange(value, 8, 1024);
    } = 64;

    /// <summary>
    /// Largest number of CONTINUATION frames in one header block (RFC 9113 section 6.10). 0 to 256; default 8. One more
    /// closes the connection with ENHANCE_YOUR_CALM (CVE-2024-27316).
    /// </summary>
    public int MaxContinuationFrames
    {
        get;
        set => field = OptionGuard.InRange(value, 0, 256);
    } = 8;

    /// <summary>
    /// Largest number of control frames that wait for the transport (acknowledgements, resets, responses). 64 to
    /// 100,000; default 1,000. One more, because the peer provokes answers and does not read them, closes the connection
    /// with ENHANCE_YOUR_CALM.
    /// </summary>
    public int MaxQueuedControlFrames
    {
        get;
        set => field = OptionGuard.InRange(value, 64, 100_000);
    } = 1000;

    /// <summary>Largest number of settings in one SETTINGS frame. 8 to 1,024; default 32. One more closes the connection with ENHANCE_YOUR_CALM.</summary>
    public int MaxSettingsPerFrame
    {
        get;
        set => field = OptionGuard.InRange(value, 8, 1024);
    } = 32;

    /// <summary>
    /// Largest number of callers that wait on one client connection for a free stream below the peer's
    /// MAX_CONCURRENT_STREAMS. 0 to 1,000,000; default 10,000. One more fails with
    /// <see cref="HboneError.LimitExceeded"/>.
    /// </summary>
    public int MaxQueuedOpens
    {
        get;
        set => field = OptionGuard.InRange(value, 0, 1_000_000);
    } = 10_000;

    /// <summary>
    /// Header bytes that all tunnels of a connection this side serves may hold together, each list counted as in
    /// <see cref="MaxHeaderListBytes"/>; compressed headers are cheap to send and dear to keep. 16,384 to 1 GiB; default
    /// 1 MiB. A request beyond it is answered 431.
    /// </summary>
    public int MaxHeldHeaderBytes
    {
        get;
        set => field = OptionGuard.InRange(value, 16 * 1024, 1 << 30);
    } = 1 << 20;

    /// <summary>
    /// Informational (1xx) responses to one CONNECT. 0 to 100; default 8. One more resets the stream with PROTOCOL_ERROR.
    /// </summary>
    public int MaxInformationalResponses
    {
        get;
        set => field = OptionGuard.InRange(value, 0, 100);
    } = 8;

    /// <summary>
    /// Empty DATA without END_STREAM and empty HEADERS or CONTINUATION without END_HEADERS, one after the other
    /// (CVE-2019-9518). 0 to 1,000; default 1. One more closes the connection. Empty DATA never reaches the application.
    /// </summary>
    public int MaxConsecutiveEmptyFrames
    {
        get;
        set => field = OptionGuard.InRange(value, 0, 1000);
    } = 1;

    /// <summary>
    /// PING frames in ten seconds, with acknowledgements nobody asked for (CVE-2019-9512). 10 to 1,000,000; default 1,000.
    /// One more closes the connection. Keep-alive of common peers sends one.
    /// </summary>
    public int MaxPingsPerTenSeconds
    {
        get;
        set => field = OptionGuard.InRange(value, 10, 1_000_000);
    } = 1000;

    /// <summary>SETTINGS frames in ten seconds, acknowledgements included (CVE-2019-9515). 10 to 100,000; default 100. One more closes the connection.</summary>
    public int MaxSettingsFramesPerTenSeconds
    {
        get;
        set => field = OptionGuard.InRange(value, 10, 100_000);
    } = 100;

    /// <summary>
    /// PRIORITY frames for each tunnel opened so far, plus once as many (CVE-2019-9513); they are ignored. 0 to 100,000;
    /// default 100. One more closes the connection.
    /// </summary>
    public int MaxPriorityFramesPerTunnel
    {
        get;
        set => field = OptionGuard.InRange(value, 0, 100_000);
    } = 100;

    /// <summary>
    /// Frames of unknown types, and GOAWAY frames, in ten seconds; unknown frames are ignored (RFC 9113 section 5.5).
    /// 10 to 1,000,000; default 1,000. One more closes the connection.
    /// </summary>
    public int MaxUnknownFramesPerTenSeconds
    {
        get;
        set => field = OptionGuard.InRange(value, 10, 1_000_000);
    } = 1000;

    /// <summary>
    /// WINDOW_UPDATE frames for each DATA frame this side sent and each tunnel opened, beyond
    /// <see cref="MaxWindowUpdateBurst"/> (CVE-2019-9511). 2 to 10,000; default 10: an honest peer sends one or two, for the
    /// stream and for the connection. One more closes the connection.
    /// </summary>
    public int MaxWindowUpdatesPerDataFrame
    {
        get;
        set => field = OptionGuard.InRange(value, 2, 10_000);
    } = 10;

    /// <summary>WINDOW_UPDATE frames that need no DATA frame: a peer raises its windows at the start. 10 to 100,000; default 200.</summary>
    public int MaxWindowUpdateBurst
    {
        get;
        set => field = OptionGuard.InRange(value, 10, 100_000);
    } = 200;

    /// <summary>
    /// WINDOW_UPDATE frames a second on stream 0 while the peer has given back all it was sent. 10 to 1,000,000; default
    /// 1,000. One more closes the connection.
    /// </summary>
    public int MaxIdleWindowUpdatesPerSecond
    {
        get;
        set => field = OptionGuard.InRange(value, 10, 1_000_000);
    } = 1000;

    /// <summary>
    /// Frames a second on streams that have ended: they are in flight for a round trip after a reset and are ignored
    /// (RFC 9113 section 5.1). Not counted are four for each tunnel opened, DATA that was in flight when this side reset its
    /// stream, and DATA of 256 bytes or more. 100 to 1,000,000; default 1,000, and as many at once. One more closes the
    /// connection.
    /// </summary>
    public int MaxClosedStreamFramesPerSecond
    {
        get;
        set => field = OptionGuard.InRange(value, 100, 1_000_000);
    } = 1000;

    /// <summary>
    /// Requests that come to nothing, at once: the client resets them before the answer or before a byte was carried (rapid
    /// reset, CVE-2023-44487), or they must be refused for a limit or as no CONNECT, or reset for an error
    /// (CVE-2025-8671). 10 to 100,000; default 200; <see cref="MaxResetsPerSecond"/> come back each second. One more
    /// closes the connection. Refusals of the application are not counted.
    /// </summary>
    public int MaxResetBurst
    {
        get;
        set => field = OptionGuard.InRange(value, 10, 100_000);
    } = 200;

    /// <summary>How fast the budget of <see cref="MaxResetBurst"/> refills, a second. 1 to 100,000; default 20.</summary>
    public int MaxResetsPerSecond
    {
        get;
        set => field = OptionGuard.InRange(value, 1, 100_000);
    } = 20;

    /// <summary>
    /// Streams that this side has to reset for errors of the peer, in the life of a connection (CVE-2019-9514,
    /// CVE-2025-8671). 1 to 100,000; default 100. One more closes the connection.
    /// </summary>
    public int MaxProvokedResets
    {
        get;
        set => field = OptionGuard.InRange(value, 1, 100_000);
    } = 100;

    internal HboneLimits Clone() => (HboneLimits)MemberwiseClone();
}
