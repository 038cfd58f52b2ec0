using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Hbone.Tunnel.Diagnostics;

/// <summary>The instruments of meter <c>Hbone</c>. No tag names a peer: cardinality stays bounded.</summary>
/// <remarks>Threading: any. One set for the process.</remarks>
internal static class HboneMeter
{
    private static readonly Meter s_meter = new("Hbone");

    private static long s_clientTunnels;
    private static long s_serverTunnels;

    private static readonly UpDownCounter<long> s_connections = s_meter.CreateUpDownCounter<long>(
        "hbone.connections.active", "{connection}", "Connections that are open.");

    private static readonly Histogram<double> s_connectionDuration = s_meter.CreateHistogram<double>(
        "hbone.connection.duration", "s", "Time from the end of the TLS handshake to the end of the connection.");

    private static readonly Histogram<double> s_handshakeDuration = s_meter.CreateHistogram<double>(
        "hbone.handshake.duration", "s", "Time from the TCP connection to the end of the TLS and HTTP/2 handshakes.");

    private static readonly Counter<long> s_refusals = s_meter.CreateCounter<long>(
        "hbone.refusals", "{peer}", "Peers that were turned away in the handshake.");

    private static readonly Counter<long> s_limits = s_meter.CreateCounter<long>(
        "hbone.limits.exceeded", "{event}", "Times a peer went over a bound, by the option that sets it.");

    // Tunnels end under the connection gate, where no listener may run; so their number is observed and not pushed.
    static HboneMeter() =>
        s_meter.CreateObservableUpDownCounter("hbone.tunnels.active", ObserveTunnels, "{tunnel}", "Tunnels that are open.");

    internal static void ConnectionStarted(bool isClient) => s_connections.Add(1, Role(isClient));

    internal static void ConnectionEnded(bool isClient, ConnectionEndReason reason, TimeSpan duration)
    {
        s_connections.Add(-1, Role(isClient));
        if (s_connectionDuration.Enabled)
        {
            var tags = new TagList { Role(isClient), new("error.type", reason.ToString()) };
            s_connectionDuration.Record(duration.TotalSeconds, tags);
        }
    }

    internal static void TunnelStarted(bool isClient) => Interlocked.Increment(ref isClient ? ref s_clientTunnels : ref s_serverTunnels);

    internal static void TunnelEnded(bool isClient) => Interlocked.Decrement(ref isClient ? ref s_clientTunnels : ref s_serverTunnels);

    internal static void HandshakeEnded(bool isClient, TimeSpan duration, string? error)
    {
        if (s_handshakeDuration.Enabled)
        {
            var tags = new TagList { Role(isClient) };
            if (error is not null)
            {
                tags.Add("error.type", error);
            }

            s_handshakeDuration.Record(duration.TotalSeconds, tags);
        }
    }

    internal static void PeerRefused(string error) => s_refusals.Add(1, new KeyValuePair<string, object?>("error.type", error));

    /// <summary>A bound was passed. Never under a gate: a listener may run.</summary>
    /// <param name="isClient">The role of this side.</param>
    /// <param name="limit">The name of the option: a closed set.</param>
    internal static void LimitExceeded(bool isClient, string limit) =>
        s_limits.Add(1, Role(isClient), new KeyValuePair<string, object?>("hbone.limit", limit));

    private static Measurement<long>[] ObserveTunnels() =>
    [
        new(Interlocked.Read(ref s_clientTunnels), Role(isClient: true)),
        new(Interlocked.Read(ref s_serverTunnels), Role(isClient: false)),
    ];

    private static KeyValuePair<string, object?> Role(bool isClient) => new("hbone.role", isClient ? "client" : "server");
}
