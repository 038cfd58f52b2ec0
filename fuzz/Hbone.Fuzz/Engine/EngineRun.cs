using System.Net.Security;
using System.Security.Authentication;
using Hbone.Framing;
using Hbone.Fuzz.Oracles;
using Hbone.Security.Identity;
using Hbone.Tunnel;

namespace Hbone.Fuzz.Engine;

/// <summary>One connection from its first byte to its end, with an application that serves or opens tunnels.</summary>
internal sealed class EngineRun(bool isClient)
{
    private const int ClientTunnels = 3;

    // An input takes a millisecond; who waits so long, on a busy machine too, waits for ever.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private static readonly SpiffeId s_local = SpiffeId.Parse("spiffe://fuzz.test/ns/a/sa/local");

    private static readonly PeerIdentity s_peer = new(
        SpiffeId.Parse("spiffe://fuzz.test/ns/a/sa/peer"), "01", DateTimeOffset.MinValue, DateTimeOffset.MaxValue, default);

    private readonly FailureLog _log = new();

    /// <summary>Plays the connection and returns what the engine wrote.</summary>
    public async Task<byte[]> PlayAsync(ScriptedTransport transport)
    {
        HboneConnection connection = HboneConnectionFactory.Create(transport, Info(), new HboneConnectionOptions(), _log);
        Task application = isClient ? OpenAllAsync(connection) : ServeAllAsync(connection);
        await WaitAsync(connection.Closed, "the connection ends after its peer");
        await WaitAsync(application, "all the application awaits ends with the connection");
        Oracle.That(_log.Failure is null, $"no failure of the engine itself, not {_log.Failure}");
        Oracle.Same(HboneConnectionState.Closed, connection.State, "state of an ended connection");
        Oracle.That(
            connection.CloseReason?.InnerException is null or IOException or Http2ProtocolException or ObjectDisposedException,
            $"an end the peer caused, not {connection.CloseReason}");
        await connection.DisposeAsync();
        return transport.Written;
    }

    private static async Task ServeAllAsync(HboneConnection connection)
    {
        var served = new List<Task>();
        while (await connection.AcceptTunnelAsync() is { } request)
        {
            served.Add(Tolerate(() => ServeAsync(request)));
        }

        await Task.WhenAll(served);
    }

    /// <summary>What an application may do with a request; the authority's first letter chooses.</summary>
    private static async Task ServeAsync(HboneTunnelRequest request)
    {
        switch (request.Authority[0])
        {
            case 'r':
                await request.RejectAsync(403);
                return;
            case 'x':
                request.Reset(Http2ErrorCode.RefusedStream);
                return;
            case 'u':
                // Not answered at all: the connection's end answers it.
                return;
        }

        await using HboneTunnel tunnel = await request.AcceptAsync();
        if (request.Authority[0] == 'c')
        {
            await tunnel.CompleteWritesAsync();
            await DrainAsync(tunnel);
        }
        else if (request.Authority[0] == 'a')
        {
            tunnel.Abort();
        }
        else
        {
            await EchoAsync(tunnel);
        }
    }

    private static async Task OpenAllAsync(HboneConnection connection)
    {
        Task[] tunnels =
        [
            .. Enumerable.Range(0, ClientTunnels).Select(number => Tolerate(async () =>
            {
                await using HboneTunnel tunnel = await connection.OpenTunnelAsync(new HboneTunnelTarget($"10.0.0.{number + 1}:80"));
                await tunnel.WriteAsync("hello"u8.ToArray());
                await tunnel.CompleteWritesAsync();
                await DrainAsync(tunnel);
            })),
        ];
        await Task.WhenAll(tunnels);
    }

    private static async Task EchoAsync(HboneTunnel tunnel)
    {
        byte[] buffer = new byte[512];
        while (await tunnel.ReadAsync(buffer) is > 0 and int length)
        {
            await tunnel.WriteAsync(buffer.AsMemory(0, length));
        }

        await tunnel.CompleteWritesAsync();
    }

    private static async Task DrainAsync(HboneTunnel tunnel)
    {
        byte[] buffer = new byte[512];
        while (await tunnel.ReadAsync(buffer) > 0)
        {
        }
    }

    /// <summary>An application sees a peer's doings as <see cref="HboneException"/> and as nothing else.</summary>
    private static async Task Tolerate(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (HboneException error)
        {
            Oracle.That(error.Error != HboneError.Timeout, "no time-out without waiting");
        }
    }

    private static async Task WaitAsync(Task task, string expectation)
    {
        try
        {
            await task.WaitAsync(s_patience);
        }
        catch (TimeoutException)
        {
            throw new FindingException($"Expected: {expectation}; it did not within {s_patience.TotalSeconds} s.");
        }
    }

    private HboneConnectionInfo Info() => new()
    {
        Id = HboneConnectionFactory.NextId(),
        IsClient = isClient,
        Peer = s_peer,
        LocalId = s_local,
        IdentityGeneration = 1,
        TlsProtocol = SslProtocols.Tls13,
        CipherSuite = TlsCipherSuite.TLS_AES_256_GCM_SHA384,
    };
}
