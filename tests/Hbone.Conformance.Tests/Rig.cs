using System.Buffers.Binary;
using Hbone.Conformance.Tests.Audit;
using Hbone.Framing;
using Hbone.Tests.Common.Wire;
using Hbone.Tunnel;

namespace Hbone.Conformance.Tests;

/// <summary>An engine in one of the two roles against a scripted peer; whatever the engine sends is audited.</summary>
internal sealed class Rig : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly SenderAudit _audit;
    private ulong _probe = 0xA0A0_0000_0000_0000;

    private Rig(Roles role, ScriptedPeer peer, SenderAudit audit)
    {
        Role = role;
        Peer = peer;
        _audit = audit;
    }

    public Roles Role { get; }

    public bool IsClient => Role == Roles.Client;

    public ScriptedPeer Peer { get; }

    public HboneConnection Engine => Peer.Connection;

    /// <summary>Stream 1 of <see cref="OpenAsync"/>.</summary>
    public HboneTunnel Tunnel { get; private set; } = null!;

    /// <summary>An engine whose opening frames nobody has read yet.</summary>
    public static Rig Create(Roles role, HboneConnectionOptions? options = null, int bufferBytes = 1 << 20)
    {
        var audit = new SenderAudit(role == Roles.Client);
        ScriptedPeer peer = ScriptedPeer.Create(
            role == Roles.Client, options, bufferBytes, transport => new AuditedTransport(transport, audit));
        return new Rig(role, peer, audit);
    }

    /// <summary>An engine past the exchange of SETTINGS, without streams.</summary>
    public static async Task<Rig> StartAsync(Roles role, HboneConnectionOptions? options = null, params Setting[] settings)
    {
        Rig rig = Create(role, options);
        await rig.ExchangePrefacesAsync(settings);
        return rig;
    }

    /// <summary>An engine with a tunnel on stream 1.</summary>
    public static async Task<Rig> OpenAsync(Roles role, HboneConnectionOptions? options = null, params Setting[] settings)
    {
        Rig rig = await StartAsync(role, options, settings);
        rig.Tunnel = await rig.OpenTunnelAsync(1);
        return rig;
    }

    public async Task ExchangePrefacesAsync(params Setting[] settings)
    {
        if (IsClient)
        {
            byte[] preface = await Peer.ReadRawAsync(ConnectionPreface.Bytes.Length);
            Assert.Equal(ConnectionPreface.Bytes, preface);
        }
        else
        {
            await Peer.SendRawAsync(ConnectionPreface.Bytes.ToArray());
        }

        await Peer.HandshakeAsync(settings);
    }

    public async Task<HboneTunnel> OpenTunnelAsync(int streamId)
    {
        if (IsClient)
        {
            Task<HboneTunnel> opening = Engine.OpenTunnelAsync(new HboneTunnelTarget("a.example:80")).AsTask();
            await Peer.ExpectHeadersAsync(streamId);
            await Peer.SendResponseAsync(streamId, 200);
            return await opening.WaitAsync(Patience);
        }

        await Peer.SendConnectAsync(streamId, "a.example:80");
        HboneTunnelRequest? request = await Engine.AcceptTunnelAsync().AsTask().WaitAsync(Patience);
        HboneTunnel tunnel = await request!.AcceptAsync();
        await Peer.ExpectStatusAsync(streamId, 200);
        return tunnel;
    }

    public Task SendAsync(params byte[][] frames) => Peer.SendRawAsync(Wire.Concat(frames));

    public Task SendAsync(FrameType type, byte flags, uint streamId, params byte[] payload) =>
        Peer.SendRawAsync(Wire.Frame(type, flags, streamId, payload));

    /// <summary>The next frame of the type, and the frames that were passed over.</summary>
    public async Task<(ReceivedFrame Frame, List<ReceivedFrame> Skipped)> SkipToAsync(Func<ReceivedFrame, bool> wanted)
    {
        var skipped = new List<ReceivedFrame>();
        while (await Peer.ReadFrameAsync() is { } frame)
        {
            if (wanted(frame))
            {
                return (frame, skipped);
            }

            skipped.Add(frame);
        }

        throw new InvalidOperationException($"The engine closed; it had sent {Describe(skipped)}.");
    }

    /// <summary>The rest of what the engine sends before it closes.</summary>
    public async Task<List<ReceivedFrame>> SkipToEndAsync()
    {
        var frames = new List<ReceivedFrame>();
        while (await Peer.ReadFrameAsync() is { } frame)
        {
            frames.Add(frame);
        }

        return frames;
    }

    /// <summary>The engine says GOAWAY with the code, closes the connection, and reports the same code.</summary>
    public async Task ExpectConnectionErrorAsync(Http2ErrorCode code)
    {
        (ReceivedFrame goAway, _) = await SkipToAsync(frame => frame.Type == FrameType.GoAway);
        Assert.Equal(code, goAway.ErrorCode);
        Assert.Equal(0, goAway.StreamId);
        await Peer.ExpectEndAsync();
        await Engine.Closed.WaitAsync(Patience);
        Assert.Equal(code, Engine.CloseReason!.WireCode);
    }

    /// <summary>The engine resets the stream with the code and the connection lives on.</summary>
    public async Task ExpectStreamErrorAsync(int streamId, Http2ErrorCode code)
    {
        (ReceivedFrame reset, List<ReceivedFrame> before) = await SkipToAsync(
            frame => frame.Type is FrameType.RstStream or FrameType.GoAway);
        Assert.True(reset.Type == FrameType.RstStream, $"The connection was closed with {reset.ErrorCode}.");
        Assert.Equal(streamId, reset.StreamId);
        Assert.Equal(code, reset.ErrorCode);
        Assert.DoesNotContain(before, frame => frame.Type == FrameType.Data);
        Assert.DoesNotContain(await ProbeAsync(), IsComplaint);
    }

    /// <summary>The engine has taken everything so far without a complaint.</summary>
    /// <returns>What it sent meanwhile.</returns>
    public async Task<List<ReceivedFrame>> ExpectNoComplaintAsync()
    {
        List<ReceivedFrame> seen = await ProbeAsync();
        Assert.DoesNotContain(seen, IsComplaint);
        return seen;
    }

    /// <summary>A round trip: everything sent before has been handled when it returns.</summary>
    public async Task<List<ReceivedFrame>> ProbeAsync()
    {
        byte[] opaque = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(opaque, ++_probe);
        await Peer.SendPingAsync(opaque);
        (ReceivedFrame answer, List<ReceivedFrame> skipped) = await SkipToAsync(
            frame => frame.Type is FrameType.Ping && frame.Ack);
        Assert.Equal(opaque, answer.Payload);
        return skipped;
    }

    /// <summary>Bytes still pass both ways through the tunnel.</summary>
    public async Task ExpectTunnelWorksAsync(HboneTunnel? tunnel = null)
    {
        tunnel ??= Tunnel;
        await Peer.SendDataAsync(tunnel.StreamId, [42]);
        byte[] buffer = new byte[16];
        Assert.Equal(1, await tunnel.ReadAsync(buffer).AsTask().WaitAsync(Patience));
        Assert.Equal(42, buffer[0]);
        await tunnel.WriteAsync(new byte[] { 43 });
        await Peer.ExpectDataAsync(tunnel.StreamId, [43]);
    }

    /// <summary>Exactly so many bytes can be read from the tunnel.</summary>
    public async Task ExpectTunnelReadsAsync(int bytes)
    {
        byte[] buffer = new byte[bytes];
        for (int read = 0; read < bytes;)
        {
            int part = await Tunnel.ReadAsync(buffer.AsMemory(read)).AsTask().WaitAsync(Patience);
            Assert.NotEqual(0, part);
            read += part;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Peer.DisposeAsync();
        Assert.Null(_audit.Fault);
    }

    private static bool IsComplaint(ReceivedFrame frame) => frame.Type is FrameType.RstStream or FrameType.GoAway;

    private static string Describe(List<ReceivedFrame> frames) =>
        string.Join(", ", frames.Select(frame => $"{frame.Type} on stream {frame.StreamId}"));
}
