using System.Net;
using System.Net.Sockets;
using Hbone.Security.Authorization;
using Hbone.Security.Providers;
using Hbone.Tests.Common;

namespace Hbone.Tunnel.Tests.Limits;

/// <summary>Peers that connect and say nothing are bounded in number and keep nobody out. Real sockets: they are the point.</summary>
[Collection(LimitCollection.Name)]
public sealed class HandshakeLimitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Silent_connections_beyond_the_bound_give_way_to_an_honest_one()
    {
        using var recorder = new LimitRecorder();
        TestCa ca = TestCa.CreateRoot();
        var server = new StaticIdentityProvider(ca.IssueSvid("/ns/default/sa/server"), ca.Bundles);
        var client = new StaticIdentityProvider(ca.IssueSvid("/ns/default/sa/client"), ca.Bundles);
        var refused = new List<HboneRefusal>();
        await using HboneListener listener = HboneListener.Bind(
            new IPEndPoint(IPAddress.Loopback, 0),
            server,
            PeerAuthorizers.AnyVerified(),
            new HboneListenerOptions
            {
                MaxConcurrentHandshakes = 4,
                OnRefused = refusal =>
                {
                    lock (refused)
                    {
                        refused.Add(refusal);
                    }
                },
            });
        List<Socket> silent = [];
        try
        {
            for (int i = 0; i < 20; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                silent.Add(socket);
                await socket.ConnectAsync(listener.LocalEndPoint, Token);
            }

            // The oldest are cut: reading from them ends.
            for (int i = 0; i < 16; i++)
            {
                Assert.Equal(0, await ReadEndAsync(silent[i]));
            }

            await using HboneConnection connection = await new HboneConnector(client)
                .ConnectAsync(listener.LocalEndPoint, PeerAuthorizers.AnyVerified(), Token);
            await using HboneConnection? accepted = await listener.AcceptAsync(Token);
            Assert.NotNull(accepted);
            Assert.Equal(0, await ReadEndAsync(silent[16]));
        }
        finally
        {
            silent.ForEach(socket => socket.Dispose());
        }

        await listener.StopAsync();
        Assert.Equal(17, recorder.Limits.Count(limit => limit == nameof(HboneListenerOptions.MaxConcurrentHandshakes)));
        Assert.Equal(17, refused.Count(refusal => refusal.Reason.Error == HboneError.LimitExceeded));
    }

    private static async Task<int> ReadEndAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1], Token);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
        {
            return 0;
        }
    }
}
