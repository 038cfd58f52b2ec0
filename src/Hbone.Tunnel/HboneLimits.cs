namespace Hbone.Tunnel;

/// <summary>Bounds on what a peer may make this side hold or do. Each is checked per connection.</summary>
/// <remarks>
/// Setters validate at once. The consumer copies the values when a connection is built; later changes have no effect on
/// it. Not thread-safe while being changed.
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
    /// closes the connection with ENHANCE_YOUR_CALM.
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

    internal HboneLimits Clone() => (HboneLimits)MemberwiseClone();
}
