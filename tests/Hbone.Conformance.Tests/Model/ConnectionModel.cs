using Hbone.Framing;

namespace Hbone.Conformance.Tests.Model;

/// <summary>The rules of RFC 9113 sections 5.1, 5.1.1 and 6.9 on one connection, written from the text and for the peer's view.</summary>
internal sealed class ConnectionModel(bool isClient, int streamWindow, int connectionWindow)
{
    private const int DefaultWindow = 65_535;

    private long _initialSendWindow = DefaultWindow;

    public Dictionary<int, ModelStream> Streams { get; } = [];

    public int HighestId { get; private set; }

    /// <summary>What the peer may still send on the connection.</summary>
    public long ReceiveWindow { get; private set; } = connectionWindow;

    /// <summary>What the engine may still send on the connection.</summary>
    public long SendWindow { get; private set; } = DefaultWindow;

    public ModelStream Open(int id)
    {
        HighestId = id;
        return Streams[id] = new ModelStream { ReceiveWindow = streamWindow, SendWindow = _initialSendWindow };
    }

    public ExpectedOutcome Data(int id, int payload, int padding, bool endStream)
    {
        int bytes = payload + padding;
        if (bytes > ReceiveWindow)
        {
            return ExpectedOutcome.Connection(Http2ErrorCode.FlowControlError);
        }

        if (IsIdle(id))
        {
            return ExpectedOutcome.Connection(Http2ErrorCode.ProtocolError);
        }

        // Whatever becomes of it, the peer has spent this.
        ReceiveWindow -= bytes;
        if (Find(id) is not { IsAlive: true } stream)
        {
            return ExpectedOutcome.Accepted;
        }

        if (!stream.CanReceive)
        {
            return Reset(id, stream, Http2ErrorCode.StreamClosed);
        }

        stream.ReceiveWindow -= bytes;
        if (stream.ReceiveWindow < 0)
        {
            return Reset(id, stream, Http2ErrorCode.FlowControlError);
        }

        stream.Unread += payload;
        stream.Accepted += payload;
        if (endStream)
        {
            ReceiveEnd(stream);
        }

        return ExpectedOutcome.Accepted;
    }

    public ExpectedOutcome Trailers(int id, bool endStream)
    {
        if (Find(id) is { IsAlive: true } stream)
        {
            if (!stream.CanReceive)
            {
                return Reset(id, stream, Http2ErrorCode.StreamClosed);
            }

            if (!endStream)
            {
                return Reset(id, stream, Http2ErrorCode.ProtocolError);
            }

            ReceiveEnd(stream);
            return ExpectedOutcome.Accepted;
        }

        if (Find(id) is not null)
        {
            return ExpectedOutcome.Accepted;
        }

        if (isClient || id <= HighestId || (id & 1) == 0)
        {
            // A server opens nothing; a client may not go back to an id it passed over.
            return ExpectedOutcome.Connection(Http2ErrorCode.ProtocolError);
        }

        // A request without pseudo-headers: malformed, and the id is used.
        ModelStream opened = Open(id);
        return Reset(id, opened, Http2ErrorCode.ProtocolError);
    }

    public ExpectedOutcome WindowUpdate(int id, uint increment)
    {
        if (id == 0)
        {
            if (increment == 0)
            {
                return ExpectedOutcome.Connection(Http2ErrorCode.ProtocolError);
            }

            SendWindow += increment;
            return SendWindow > int.MaxValue ? ExpectedOutcome.Connection(Http2ErrorCode.FlowControlError) : ExpectedOutcome.Accepted;
        }

        if (IsIdle(id))
        {
            return ExpectedOutcome.Connection(Http2ErrorCode.ProtocolError);
        }

        if (Find(id) is not { IsAlive: true } stream)
        {
            return ExpectedOutcome.Accepted;
        }

        if (increment == 0)
        {
            return Reset(id, stream, Http2ErrorCode.ProtocolError);
        }

        stream.SendWindow += increment;
        return stream.SendWindow > int.MaxValue ? Reset(id, stream, Http2ErrorCode.FlowControlError) : ExpectedOutcome.Accepted;
    }

    public ExpectedOutcome ResetByPeer(int id)
    {
        if (IsIdle(id))
        {
            return ExpectedOutcome.Connection(Http2ErrorCode.ProtocolError);
        }

        if (Find(id) is { IsAlive: true } stream)
        {
            stream.State = ModelState.ResetBySender;
            stream.Unsent = 0;
        }

        return ExpectedOutcome.Accepted;
    }

    public ExpectedOutcome InitialWindow(uint value)
    {
        if (value > int.MaxValue)
        {
            return ExpectedOutcome.Connection(Http2ErrorCode.FlowControlError);
        }

        long change = value - _initialSendWindow;
        _initialSendWindow = value;
        foreach (ModelStream stream in Streams.Values.Where(stream => stream.IsAlive))
        {
            stream.SendWindow += change;
            if (stream.SendWindow > int.MaxValue)
            {
                return ExpectedOutcome.Connection(Http2ErrorCode.FlowControlError);
            }
        }

        return ExpectedOutcome.Accepted;
    }

    /// <summary>The engine announced credit.</summary>
    public void OnWindowUpdateSent(int id, long increment)
    {
        if (id == 0)
        {
            ReceiveWindow += increment;
        }
        else
        {
            Streams[id].ReceiveWindow += increment;
        }
    }

    /// <summary>The engine sent DATA; what it may not send is a fault.</summary>
    public void OnDataSent(int id, int bytes, bool endStream)
    {
        ModelStream stream = Streams[id];
        Assert.True(stream.CanSend, $"DATA on stream {id}, which is {stream.State}");
        Assert.True(bytes <= stream.Unsent, $"DATA on stream {id} that nobody wrote");
        stream.Unsent -= bytes;
        stream.SendWindow -= bytes;
        SendWindow -= bytes;
        Assert.True(bytes == 0 || (stream.SendWindow >= 0 && SendWindow >= 0), $"stream {id} exceeded a window");
        if (endStream)
        {
            Assert.True(stream.EndRequested && stream.Unsent == 0, $"END_STREAM on stream {id} too early");
            stream.State = stream.State == ModelState.Open ? ModelState.EndSent : ModelState.Ended;
        }
    }

    /// <summary>The application aborted the tunnel.</summary>
    /// <returns>Whether a reset is due.</returns>
    public bool Abort(int id)
    {
        ModelStream stream = Streams[id];
        stream.Unread = 0;
        stream.IsDiscarded = true;
        if (!stream.IsAlive)
        {
            return false;
        }

        Reset(id, stream, Http2ErrorCode.Cancel);
        return true;
    }

    /// <summary>Nothing is left that the engine could send now.</summary>
    public void AssertNothingDue()
    {
        foreach ((int id, ModelStream stream) in Streams.Where(pair => pair.Value.CanSend))
        {
            Assert.True(
                stream.Unsent == 0 || stream.SendWindow <= 0 || SendWindow <= 0,
                $"stream {id} has {stream.Unsent} bytes to send, and credit");
            Assert.False(stream.Unsent == 0 && stream.EndRequested, $"END_STREAM of stream {id} is due");
        }
    }

    private static void ReceiveEnd(ModelStream stream) =>
        stream.State = stream.State == ModelState.Open ? ModelState.EndReceived : ModelState.Ended;

    private static ExpectedOutcome Reset(int id, ModelStream stream, Http2ErrorCode code)
    {
        stream.State = ModelState.ResetByReceiver;
        stream.Unread = 0;
        stream.Unsent = 0;
        return ExpectedOutcome.Stream(id, code);
    }

    private ModelStream? Find(int id) => Streams.GetValueOrDefault(id);

    private bool IsIdle(int id) => (id & 1) == 0 || id > HighestId;
}
