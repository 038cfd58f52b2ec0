using System.Diagnostics.CodeAnalysis;
using Hbone.Security.Identity;
using Hbone.Tunnel;

namespace Hbone.Pooling;

/// <summary>The errors of the pool, each with what happened, the limit, and what to change.</summary>
internal static class PoolErrors
{
    [DoesNotReturn]
    public static void ThrowLineFull(HbonePoolKey key, HbonePoolOptions options) =>
        throw new HboneException(
            HboneError.PoolExhausted,
            HboneInitiator.Library,
            $"{options.MaxWaitersPerKey} callers already wait for a tunnel slot to {key.DisplayEndpoint}; raise MaxWaitersPerKey, MaxConnectionsPerKey or MaxTunnelsPerConnection, or open fewer tunnels at a time")
        {
            IsRetrySafe = true,
        };

    public static HboneException WaitedTooLong(HbonePoolKey key, HbonePoolOptions options) =>
        new(
            HboneError.PoolExhausted,
            HboneInitiator.Library,
            $"no tunnel slot to {key.DisplayEndpoint} came free within {options.MaxWait.TotalSeconds:0.###} s; raise MaxConnectionsPerKey, MaxTunnelsPerConnection or MaxWait, or close tunnels that are no longer used")
        {
            IsRetrySafe = true,
        };

    public static HboneException Closed(HbonePoolKey key) =>
        new(HboneError.Aborted, HboneInitiator.Local, $"the pool was shut down while a caller waited for {key.DisplayEndpoint}");

    public static HboneException IdentityChanged(HbonePoolKey key, SpiffeId now) =>
        new(
            HboneError.ConnectFailed,
            HboneInitiator.Library,
            $"the local identity changed from {key.LocalId} to {now} while {key.DisplayEndpoint} was dialled")
        {
            IsRetrySafe = true,
        };

    public static HboneException IdentityUnsteady(HbonePoolKey key) =>
        new(
            HboneError.ConnectFailed,
            HboneInitiator.Library,
            $"the local identity kept changing while {key.DisplayEndpoint} was dialled; check that the identity provider gives one SPIFFE id at a time")
        {
            IsRetrySafe = true,
        };

    /// <summary>Makes one typed error of whatever a dial ended with.</summary>
    public static HboneException FromDial(HbonePoolKey key, Exception exception, CancellationToken stopping) =>
        exception switch
        {
            HboneException typed => typed,
            OperationCanceledException when stopping.IsCancellationRequested => Closed(key),
            _ => new HboneException(
                HboneError.ConnectFailed,
                HboneInitiator.Library,
                $"could not connect to {key.DisplayEndpoint}: {exception.Message}",
                exception),
        };

    /// <summary>
    /// The same error for one more caller. An exception object carries the stack of whoever throws it, so callers on
    /// different threads must not share one.
    /// </summary>
    public static HboneException Copy(HboneException error) =>
        new(error.Error, error.Initiator, error.Message, error.InnerException)
        {
            WireCode = error.WireCode,
            Status = error.Status,
            IsRetrySafe = error.IsRetrySafe,
        };
}
