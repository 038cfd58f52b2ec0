using System.Net;
using Hbone.Security.Authorization;
using Hbone.Security.Identity;
using Hbone.Tunnel;

namespace Hbone.LoadTest;

/// <summary>Tunnels, in turn over a number of connections that are opened as they are needed.</summary>
internal sealed class HboneSubject : ISubject
{
    private static readonly HboneTunnelTarget s_target = new("load.example:80");

    private readonly HboneListener _listener;
    private readonly HboneConnector _connector;
    private readonly List<(HboneConnection Near, HboneConnection Far)> _connections = [];
    private readonly SpiffeId _serverId;
    private readonly int _spread;
    private readonly DelayedLink? _link;
    private int _next;

    public HboneSubject(
        LoadIdentity identity, int connections = 1, HboneConnectionOptions? options = null, TimeSpan roundTrip = default)
    {
        _spread = connections;
        _serverId = identity.ServerId;
        _listener = HboneListener.Bind(
            new IPEndPoint(IPAddress.Loopback, 0),
            identity.Server.Provider,
            PeerAuthorizers.AnyVerified(),
            new HboneListenerOptions { Connection = options ?? new() });
        _link = roundTrip > TimeSpan.Zero ? new DelayedLink(_listener.LocalEndPoint, roundTrip / 2) : null;
        _connector = new HboneConnector(
            identity.Client.Provider, new HboneConnectorOptions { Connection = options ?? new() });
    }

    public IReadOnlyList<(HboneConnection Near, HboneConnection Far)> Connections => _connections;

    public async Task<(Stream Near, Stream Far)> OpenAsync()
    {
        (HboneTunnel near, HboneTunnel far) = await OpenTunnelAsync();
        return (near.AsStream(), far.AsStream());
    }

    public async Task<(HboneTunnel Near, HboneTunnel Far)> OpenTunnelAsync()
    {
        if (_connections.Count < _spread)
        {
            await ConnectAsync();
        }

        (HboneConnection client, HboneConnection server) = _connections[_next++ % _spread];
        Task<HboneTunnel> opening = client.OpenTunnelAsync(s_target).AsTask();
        HboneTunnelRequest request = (await server.AcceptTunnelAsync())!;
        HboneTunnel far = await request.AcceptAsync();
        return (await opening, far);
    }

    /// <summary>One more connection, with both handshakes.</summary>
    public async Task<(HboneConnection Near, HboneConnection Far)> ConnectAsync()
    {
        Task<HboneConnection> connecting = _connector.ConnectAsync(
            _link?.LocalEndPoint ?? _listener.LocalEndPoint, PeerAuthorizers.Exactly(_serverId), CancellationToken.None);
        HboneConnection server = (await _listener.AcceptAsync())!;
        (HboneConnection, HboneConnection) pair = (await connecting, server);
        _connections.Add(pair);
        return pair;
    }

    /// <summary>Ends both halves of a tunnel and disposes both of its ends.</summary>
    public static async Task CloseAsync(HboneTunnel near, HboneTunnel far)
    {
        await near.CompleteWritesAsync();
        await far.CompleteWritesAsync();
        byte[] buffer = new byte[1];
        await near.ReadAsync(buffer);
        await far.ReadAsync(buffer);
        await near.DisposeAsync();
        await far.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((HboneConnection near, HboneConnection far) in _connections)
        {
            await near.DisposeAsync();
            await far.DisposeAsync();
        }

        await _listener.DisposeAsync();
        if (_link is not null)
        {
            await _link.DisposeAsync();
        }
    }
}
