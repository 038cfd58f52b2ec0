using Hbone.Framing;
using Hbone.Tests.Common.Wire;
using Hbone.Tunnel;

namespace Hbone.Conformance.Tests.Model;

/// <summary>Drives an engine and the model with the same steps and compares them after each.</summary>
internal sealed class ModelRun : IAsyncDisposable
{
    private const int StreamWindow = 65_535;
    private const int ConnectionWindow = 4 * 65_535;
    private const int MaxOpened = 12;

    private readonly Rig _rig;
    private readonly ConnectionModel _model;
    private readonly Dictionary<int, HboneTunnel> _tunnels = [];
    private readonly List<Task> _writes = [];
    private int _nextId = 1;
    private bool _isOver;

    private ModelRun(Rig rig)
    {
        _rig = rig;
        _model = new ConnectionModel(rig.IsClient, StreamWindow, ConnectionWindow);
    }

    public static async Task<ModelRun> StartAsync(Roles role) => new(await Rig.StartAsync(
        role, new HboneConnectionOptions { StreamWindowBytes = StreamWindow, ConnectionWindowBytes = ConnectionWindow }));

    /// <summary>One step: the first number says which, the others are its arguments.</summary>
    public async Task StepAsync(byte kind, byte target, ushort amount)
    {
        if (_isOver)
        {
            return;
        }

        int id = Target(target);
        switch (kind % 20)
        {
            case 0 or 1 when _tunnels.Count < MaxOpened:
                await OpenAsync(skips: !_rig.IsClient && target % 8 == 0);
                break;
            case 2 or 3 or 4:
                await DataAsync(id, 1 + (amount % 16_384), 0, endStream: false);
                break;
            case 5:
                await DataAsync(id, 1 + (amount % 5000), 1 + (amount % 200), endStream: target % 2 == 0);
                break;
            case 6:
                await DataAsync(id, 0, 0, endStream: true);
                break;
            case 7:
                uint increment = amount % 7 == 0 ? 0 : amount % 11 == 0 ? int.MaxValue : (uint)amount;
                await SendAsync(Wire.Frame(FrameType.WindowUpdate, 0, (uint)id, Wire.UInt32(increment)), _model.WindowUpdate(id, increment));
                break;
            case 8:
                uint raise = amount % 97 == 0 ? 0 : amount % 89 == 0 ? int.MaxValue : 1 + (uint)amount;
                await SendAsync(Wire.Frame(FrameType.WindowUpdate, 0, 0, Wire.UInt32(raise)), _model.WindowUpdate(0, raise));
                break;
            case 9:
                await SendAsync(Wire.Frame(FrameType.RstStream, 0, (uint)id, Wire.UInt32(8)), _model.ResetByPeer(id));
                break;
            case 10:
                bool end = amount % 2 == 0;
                await SendAsync(
                    Wire.Frame(FrameType.Headers, (byte)(end ? 0x5 : 0x4), (uint)id, Wire.Block(("x-a", "b"))), _model.Trailers(id, end));
                break;
            case 11:
                uint value = amount % 83 == 0 ? 0x8000_0000 : amount % 5 == 0 ? 0u : (uint)amount * 2;
                await SendAsync(Wire.Frame(FrameType.Settings, 0, 0, Wire.Setting(4, value)), _model.InitialWindow(value));
                break;
            case 12:
                await SendAsync(Wire.Frame(FrameType.Priority, 0, (uint)id, 0, 0, 0, 0, 1), ExpectedOutcome.Accepted);
                break;
            case 13:
                await SendAsync(Wire.Frame(Wire.Unknown, target, (uint)id, new byte[amount % 300]), ExpectedOutcome.Accepted);
                break;
            case 14 or 15:
                await ReadAsync(id, 1 + (amount % 40_000));
                break;
            case 16 or 17:
                await WriteAsync(id, 1 + (amount % 30_000));
                break;
            case 18:
                await EndAsync(id);
                break;
            case 19:
                await AbortAsync(id);
                break;
        }
    }

    /// <summary>Ends all tunnels and checks that the peer gets back all the credit that it has spent.</summary>
    public async Task FinishAsync()
    {
        if (_isOver)
        {
            return;
        }

        foreach (int id in _tunnels.Keys.ToArray())
        {
            await AbortAsync(id);
        }

        // Credit comes back in portions of half the window. What is missing now shows with the next portion, when
        // nothing else is under way: then the whole window must be there again.
        await OpenAsync(skips: false);
        int last = _nextId - 2;
        for (int i = 0; i < 40; i++)
        {
            await DataAsync(last, 10_000, 0, endStream: false);
            long before = _model.ReceiveWindow;
            await ReadAsync(last, 10_000);
            if (_model.ReceiveWindow > before)
            {
                Assert.Equal(ConnectionWindow, _model.ReceiveWindow);
                return;
            }
        }

        Assert.Fail("No credit came back for the connection.");
    }

    public async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        foreach (Task write in _writes.Where(write => !write.IsCompletedSuccessfully))
        {
            await Assert.ThrowsAnyAsync<HboneException>(() => write);
        }
    }

    /// <summary>Mostly a stream that was opened; now and then one that is idle, passed over, or of the other side.</summary>
    private int Target(byte target)
    {
        if (target >= 250 || _tunnels.Count == 0)
        {
            return target % 2 == 0 ? _nextId + (target % 4) : 2;
        }

        if (target >= 240)
        {
            return Math.Max(1, _nextId - 4);
        }

        return _tunnels.Keys.ElementAt(target % _tunnels.Count);
    }

    private async Task OpenAsync(bool skips)
    {
        if (skips)
        {
            _nextId += 2;
        }

        // A malformed request has used its id too.
        int id = Math.Max(_nextId, _model.HighestId + 2 - (~_model.HighestId & 1));
        _nextId = id + 2;
        _model.Open(id);
        if (_rig.IsClient)
        {
            Task<HboneTunnel> opening = _rig.Engine.OpenTunnelAsync(new HboneTunnelTarget("a.example:80")).AsTask();
            await SettleUntilAsync(frame => frame.Type == FrameType.Headers && frame.StreamId == id);
            await _rig.Peer.SendResponseAsync(id, 200);
            _tunnels[id] = await opening.WaitAsync(Rig.Patience);
        }
        else
        {
            await _rig.Peer.SendConnectAsync(id, "a.example:80");
            HboneTunnelRequest? request = await _rig.Engine.AcceptTunnelAsync().AsTask().WaitAsync(Rig.Patience);
            _tunnels[id] = await request!.AcceptAsync();
        }

        await SettleAsync(ExpectedOutcome.Accepted);
    }

    private async Task DataAsync(int id, int length, int padding, bool endStream)
    {
        int first = _model.Streams.TryGetValue(id, out ModelStream? stream) ? stream.Accepted : 0;
        byte[] payload = new byte[length];
        for (int i = 0; i < length; i++)
        {
            payload[i] = (byte)((first + i) % 251);
        }

        byte flags = (byte)((endStream ? 1 : 0) | (padding > 0 ? 8 : 0));
        byte[] body = padding > 0 ? [(byte)(padding - 1), .. payload, .. new byte[padding - 1]] : payload;
        await SendAsync(Wire.Frame(FrameType.Data, flags, (uint)id, body), _model.Data(id, length, padding, endStream));
    }

    private async Task ReadAsync(int id, int length)
    {
        if (!_tunnels.TryGetValue(id, out HboneTunnel? tunnel))
        {
            return;
        }

        ModelStream stream = _model.Streams[id];
        byte[] buffer = new byte[length];
        if (stream.IsDiscarded || stream.State == ModelState.ResetByReceiver)
        {
            await Assert.ThrowsAsync<HboneException>(() => tunnel.ReadAsync(buffer).AsTask().WaitAsync(Rig.Patience));
        }
        else if (stream.Unread > 0)
        {
            int read = await tunnel.ReadAsync(buffer).AsTask().WaitAsync(Rig.Patience);
            Assert.Equal(Math.Min(length, stream.Unread), read);
            for (int i = 0; i < read; i++)
            {
                Assert.Equal((byte)((stream.Read + i) % 251), buffer[i]);
            }

            stream.Unread -= read;
            stream.Read += read;
        }
        else if (stream.State is ModelState.EndReceived or ModelState.Ended)
        {
            Assert.Equal(0, await tunnel.ReadAsync(buffer).AsTask().WaitAsync(Rig.Patience));
        }
        else if (stream.CanReceive)
        {
            // Nothing there: a read that is cancelled loses nothing.
            using var cancel = new CancellationTokenSource();
            Task<int> pending = tunnel.ReadAsync(buffer, cancel.Token).AsTask();
            Assert.False(pending.IsCompleted);
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending.WaitAsync(Rig.Patience));
        }

        await SettleAsync(ExpectedOutcome.Accepted);
    }

    private async Task WriteAsync(int id, int length)
    {
        if (!_tunnels.TryGetValue(id, out HboneTunnel? tunnel)
            || _model.Streams[id] is not { CanSend: true, EndRequested: false, Unsent: 0 } stream)
        {
            return;
        }

        stream.Unsent = length;
        Task write = tunnel.WriteAsync(new byte[length]).AsTask();
        await SettleAsync(ExpectedOutcome.Accepted);
        if (!write.IsCompletedSuccessfully)
        {
            _writes.Add(write);
        }
    }

    private async Task EndAsync(int id)
    {
        if (_tunnels.TryGetValue(id, out HboneTunnel? tunnel) && _model.Streams[id].CanSend)
        {
            _model.Streams[id].EndRequested = true;
            await tunnel.CompleteWritesAsync();
            await SettleAsync(ExpectedOutcome.Accepted);
        }
    }

    private async Task AbortAsync(int id)
    {
        if (_tunnels.TryGetValue(id, out HboneTunnel? tunnel))
        {
            bool resets = _model.Abort(id);
            tunnel.Abort(Http2ErrorCode.Cancel);
            await SettleAsync(resets ? ExpectedOutcome.Stream(id, Http2ErrorCode.Cancel) : ExpectedOutcome.Accepted);
        }
    }

    private async Task SendAsync(byte[] frame, ExpectedOutcome expected)
    {
        await _rig.SendAsync(frame);
        if (expected.Kind == ExpectedKind.ConnectionError)
        {
            _isOver = true;
            await _rig.ExpectConnectionErrorAsync(expected.Code);
            return;
        }

        await SettleAsync(expected);
    }

    private async Task SettleAsync(ExpectedOutcome expected)
    {
        // The second round trip brings what the first one's answer overtook.
        List<ReceivedFrame> frames = await _rig.ProbeAsync();
        frames.AddRange(await _rig.ProbeAsync());
        ReceivedFrame[] resets = [.. frames.Where(frame => frame.Type is FrameType.RstStream or FrameType.GoAway)];
        frames.ForEach(Note);
        if (expected.Kind == ExpectedKind.StreamError)
        {
            ReceivedFrame reset = Assert.Single(resets);
            Assert.Equal((FrameType.RstStream, expected.StreamId, expected.Code), (reset.Type, reset.StreamId, reset.ErrorCode));
        }
        else
        {
            Assert.Empty(resets);
        }

        _writes.RemoveAll(write => write.IsCompletedSuccessfully);
        _model.AssertNothingDue();
    }

    private async Task SettleUntilAsync(Func<ReceivedFrame, bool> wanted)
    {
        (_, List<ReceivedFrame> skipped) = await _rig.SkipToAsync(wanted);
        skipped.ForEach(Note);
    }

    private void Note(ReceivedFrame frame)
    {
        if (frame.Type == FrameType.WindowUpdate)
        {
            _model.OnWindowUpdateSent(frame.StreamId, frame.UInt32);
        }
        else if (frame.Type == FrameType.Data)
        {
            _model.OnDataSent(frame.StreamId, frame.Payload.Length, frame.EndStream);
        }
    }
}
