using FsCheck.Xunit;
using Hbone.Conformance.Tests.Audit;
using Hbone.Framing;
using Hbone.Tests.Common.Wire;
using Hbone.Tunnel;
using Hbone.Tunnel.Transport;

namespace Hbone.Conformance.Tests.Model;

/// <summary>Two engines over a transport that splits, merges, lags and breaks: no byte is lost, moved or made up.</summary>
public sealed class ChaosProperties
{
    [Property(MaxTest = 40)]
    public void Tunnels_carry_their_bytes_over_a_transport_that_splits_merges_and_lags(int seed) =>
        RunAsync(seed, long.MaxValue, long.MaxValue).GetAwaiter().GetResult();

    [Property(MaxTest = 40)]
    public void Cut_transport_leaves_a_beginning_of_the_bytes_and_an_error(int seed, ushort cut, bool client)
    {
        // Behind the opening frames, which are under 200 bytes.
        long after = 200 + (cut * 3L);
        RunAsync(seed, client ? after : long.MaxValue, client ? long.MaxValue : after).GetAwaiter().GetResult();
    }

    private static async Task RunAsync(int seed, long clientCut, long serverCut)
    {
        var random = new Random(seed);
        var options = new HboneConnectionOptions
        {
            StreamWindowBytes = 65_535 + random.Next(100_000),
            ConnectionWindowBytes = 4 * 165_535,
            MaxConcurrentTunnels = 1 + random.Next(8),
        };
        (MemoryTransport a, MemoryTransport b) = MemoryTransport.CreatePair(1 + random.Next(50_000));
        var clientAudit = new SenderAudit(isClient: true);
        var serverAudit = new SenderAudit(isClient: false);
        IByteTransport left = new AuditedTransport(new ChaosTransport(a, random.Next(), clientCut), clientAudit);
        IByteTransport right = new AuditedTransport(new ChaosTransport(b, random.Next(), serverCut), serverAudit);
        await using HboneConnection client = HboneConnectionFactory.Create(left, TestConnections.Info(isClient: true), options, null);
        await using HboneConnection server = HboneConnectionFactory.Create(right, TestConnections.Info(isClient: false), options, null);

        // Before it knows the server's limit a client may open too many streams; that is not what is tested here.
        await Task.WhenAll(client.Handshake, server.Handshake).WaitAsync(TimeSpan.FromSeconds(30));
        bool isCut = clientCut != long.MaxValue || serverCut != long.MaxValue;
        ChaosPlan[] plans = [.. Enumerable.Range(0, 1 + random.Next(10)).Select(index => new ChaosPlan(index, random))];
        Task serving = ServeAsync(server, plans, isCut);
        await Task.WhenAll(plans.Select(plan => CallAsync(client, plan, isCut))).WaitAsync(TimeSpan.FromSeconds(30));
        if (!isCut)
        {
            // Both ends are empty, and the connection is as good as new.
            await serving.WaitAsync(TimeSpan.FromSeconds(30));
            await client.PingAsync();
            await server.PingAsync();
            Assert.Equal(0, client.ActiveTunnels + server.ActiveTunnels);
        }

        await client.DisposeAsync();
        await server.DisposeAsync();
        await serving.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Null(clientAudit.Fault);
        Assert.Null(serverAudit.Fault);
    }

    private static async Task CallAsync(HboneConnection client, ChaosPlan plan, bool isCut)
    {
        HboneTunnel tunnel;
        try
        {
            tunnel = await client.OpenTunnelAsync(new HboneTunnelTarget($"tunnel{plan.Index}.example:80"));
        }
        catch (HboneException error)
        {
            Assert.True(isCut || (plan.HasReset && error.Error == HboneError.StreamReset), error.ToString());
            return;
        }

        await Task.WhenAll(
            SendAsync(tunnel, plan.Payload(up: true), plan.WriteBytes, plan.ClientResetsAfter, plan, isCut),
            ReceiveAsync(tunnel, plan.Payload(up: false), plan.ReadBytes, plan, isCut));
    }

    private static async Task ServeAsync(HboneConnection server, ChaosPlan[] plans, bool isCut)
    {
        var running = new List<Task>();
        while (running.Count < plans.Length && await server.AcceptTunnelAsync() is { } request)
        {
            running.Add(ServeOneAsync(request, plans[int.Parse(request.Authority["tunnel".Length..request.Authority.IndexOf('.', StringComparison.Ordinal)])], isCut));
        }

        await Task.WhenAll(running);
    }

    private static async Task ServeOneAsync(HboneTunnelRequest request, ChaosPlan plan, bool isCut)
    {
        HboneTunnel tunnel;
        try
        {
            tunnel = await request.AcceptAsync();
        }
        catch (HboneException error)
        {
            Assert.True(isCut, error.ToString());
            return;
        }

        Task received = ReceiveAsync(tunnel, plan.Payload(up: true), plan.ReadBytes, plan, isCut);
        if (plan.WaitsForEnd)
        {
            await received;
        }

        await Task.WhenAll(
            received, SendAsync(tunnel, plan.Payload(up: false), plan.WriteBytes, plan.ServerResetsAfter, plan, isCut));
    }

    private static async Task SendAsync(
        HboneTunnel tunnel, ReadOnlyMemory<byte> payload, int writeBytes, int resetAfter, ChaosPlan plan, bool isCut)
    {
        try
        {
            int sent = 0;
            while (sent < Math.Min(payload.Length, resetAfter))
            {
                int part = Math.Min(writeBytes, Math.Min(payload.Length, resetAfter) - sent);
                await tunnel.WriteAsync(payload.Slice(sent, part));
                sent += part;
            }

            if (resetAfter != int.MaxValue)
            {
                tunnel.Abort(Http2ErrorCode.ConnectError);
                return;
            }

            await tunnel.CompleteWritesAsync();
        }
        catch (HboneException error)
        {
            Assert.True(isCut || plan.HasReset, error.ToString());
        }
    }

    private static async Task ReceiveAsync(
        HboneTunnel tunnel, ReadOnlyMemory<byte> expected, int readBytes, ChaosPlan plan, bool isCut)
    {
        byte[] buffer = new byte[readBytes];
        int received = 0;
        try
        {
            while (await tunnel.ReadAsync(buffer) is > 0 and int read)
            {
                Assert.True(received + read <= expected.Length, $"{tunnel.Authority}: bytes that nobody sent");
                Assert.True(
                    buffer.AsSpan(0, read).SequenceEqual(expected.Span.Slice(received, read)),
                    $"{tunnel.Authority}: other bytes than sent at {received}");
                received += read;
            }

            // An end is never made up: only a sender that has sent everything ends its half.
            Assert.Equal(expected.Length, received);
        }
        catch (HboneException error)
        {
            Assert.True(isCut || plan.HasReset, error.ToString());
        }
    }
}
