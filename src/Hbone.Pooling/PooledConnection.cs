using Hbone.Pooling.Ports;
using Hbone.Tunnel;

namespace Hbone.Pooling;

/// <summary>One connection in the pool: how many slots are taken, and whether it takes new tunnels.</summary>
/// <remarks>
/// <b>Owner</b>: one <see cref="KeyedConnections"/>. <b>Threading</b>: the mutable fields belong to that object's gate;
/// opening happens outside of it, on a slot that was reserved inside. <b>Memory</b>: a few numbers.
/// </remarks>
internal sealed class PooledConnection
{
    private readonly KeyedConnections _owner;
    private readonly int _optionLimit;

    public PooledConnection(KeyedConnections owner, IConnectionPort port, int optionLimit)
    {
        _owner = owner;
        Port = port;
        _optionLimit = optionLimit;
    }

    public IConnectionPort Port { get; }

    /// <summary>Slots in use, reservations included. Gate.</summary>
    public int Load { get; set; }

    /// <summary>When the load became zero. Gate.</summary>
    public long IdleSince { get; set; }

    /// <summary>No new tunnels, ever: draining. Gate.</summary>
    public bool Retired { get; set; }

    /// <summary>
    /// The peer refused a stream although we counted room; no new tunnels until one of the present ones has ended. Gate.
    /// </summary>
    public bool Saturated { get; set; }

    /// <summary>A tunnel was opened on it, so the peer did accept our certificate. Gate.</summary>
    public bool Proven { get; set; }

    /// <summary>
    /// Slots it has now. A peer that allows no stream at the moment still gets one request queued, or nobody would notice
    /// when it changes its mind.
    /// </summary>
    public int Limit => Math.Max(1, Math.Min(_optionLimit, Port.MaxTunnels));

    public bool TakesTunnels(long generation) =>
        !Retired && Port.IsOpen && Port.IdentityGeneration >= generation;

    public bool HasSlot(long generation) =>
        Load < Limit && !(Saturated && Load > 0) && TakesTunnels(generation);

    /// <summary>Opens a tunnel on a reserved slot. The slot is given back when the tunnel ends, or at once on failure.</summary>
    public async ValueTask<ITunnelPort> OpenAsync(HboneTunnelTarget target, CancellationToken cancellationToken)
    {
        ITunnelPort tunnel;
        try
        {
            tunnel = await Port.OpenTunnelAsync(target, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            _owner.Release(this, proven: IsAnswer(exception), saturated: IsRefusedStream(exception));
            throw;
        }

        _owner.Opened(this);
        _ = tunnel.Closed.ContinueWith(
            static (_, state) =>
            {
                var connection = (PooledConnection)state!;
                connection._owner.Release(connection, proven: true, saturated: false);
            },
            this,
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default);
        return tunnel;
    }

    /// <summary>A refusal with a status is an answer: the peer speaks to us and is well.</summary>
    private static bool IsAnswer(Exception exception) =>
        exception is HboneException { Error: HboneError.ConnectRejected };

    /// <summary>The peer has more streams than it wants; only this says so.</summary>
    private static bool IsRefusedStream(Exception exception) =>
        exception is HboneException { WireCode: Framing.Http2ErrorCode.RefusedStream };
}
