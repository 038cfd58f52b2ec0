using System.Buffers.Binary;
using System.Text;
using Hbone.Framing;
using Hbone.Framing.Hpack;

namespace Hbone.Conformance.Tests.Audit;

/// <summary>Every rule on what an engine sends that can be told from the bytes it was given and the bytes it sent.</summary>
/// <remarks>
/// Runs behind every test of this project, hostile or not. It never reports a correct sender: bytes count as received when
/// the engine is given them, so what the engine did before it looked at them is judged by the laxer of both views. Keeps
/// the first fault only.
/// </remarks>
internal sealed class SenderAudit(bool isClient)
{
    private const int DefaultWindow = 65_535;

    private readonly Lock _gate = new();
    private readonly FrameSplitter _sent = new(startsWithPreface: isClient);
    private readonly FrameSplitter _received = new(startsWithPreface: !isClient);
    private readonly Dictionary<int, AuditedStream> _streams = [];
    private readonly Queue<Action> _unacknowledged = new();
    private readonly Queue<byte[]> _unanswered = new();
    private readonly HpackDecoder _decoder = new();
    private readonly List<byte> _block = [];
    private long _sendWindow = DefaultWindow;
    private long _receiveWindow = DefaultWindow;
    private long _initialSendWindow = DefaultWindow;
    private long _initialReceiveWindow = DefaultWindow;
    private int _maxFrame = 16_384;
    private long _maxStreams = long.MaxValue;
    private bool _sawFirstSent;
    private int _openBlock;
    private long _tableSize = 4096;
    private bool _mustUpdateTable;
    private int _highestOpened;
    private long _lastGoAway = long.MaxValue;

    /// <summary>The first broken rule, or <see langword="null"/>.</summary>
    public string? Fault { get; private set; }

    public void OnReceived(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            foreach (AuditedFrame frame in _received.Push(bytes))
            {
                NoteReceived(frame);
            }
        }
    }

    public void OnSent(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            foreach (AuditedFrame frame in _sent.Push(bytes))
            {
                CheckSent(frame);
            }

            Require(!_sent.IsPrefaceWrong, "9113-3.4: a client starts with the preface");
        }
    }

    private void NoteReceived(AuditedFrame frame)
    {
        switch (frame.Type)
        {
            case FrameType.Headers when !isClient && !_streams.ContainsKey(frame.StreamId):
                _streams[frame.StreamId] = NewStream();
                break;
            case FrameType.Headers when isClient && _streams.TryGetValue(frame.StreamId, out AuditedStream? stream):
                stream.IsAnswered = true;
                break;
            case FrameType.RstStream when _streams.TryGetValue(frame.StreamId, out AuditedStream? stream):
                stream.ResetReceived = true;
                break;
            case FrameType.Data:
                _receiveWindow -= frame.Payload.Length;
                if (_streams.TryGetValue(frame.StreamId, out AuditedStream? receiver))
                {
                    receiver.ReceiveWindow -= frame.Payload.Length;
                }

                break;
            case FrameType.WindowUpdate when frame.Payload.Length == 4:
                long increment = frame.UInt32 & 0x7FFF_FFFF;
                if (frame.StreamId == 0)
                {
                    _sendWindow += increment;
                }
                else if (_streams.TryGetValue(frame.StreamId, out AuditedStream? sender))
                {
                    sender.SendWindow += increment;
                }

                break;
            case FrameType.Settings when !frame.Ack:
                NoteSettings(frame);
                break;
            case FrameType.Ping when !frame.Ack:
                _unanswered.Enqueue(frame.Payload);
                break;
        }

        if (frame.EndStream && _streams.TryGetValue(frame.StreamId, out AuditedStream? ended))
        {
            ended.EndReceived = true;
        }
    }

    // What a setting allows counts at once, what it takes away counts when the engine has acknowledged it.
    private void NoteSettings(AuditedFrame frame)
    {
        Action atAck = static () => { };
        for (int i = 0; i + 6 <= frame.Payload.Length; i += 6)
        {
            var id = (SettingId)BinaryPrimitives.ReadUInt16BigEndian(frame.Payload.AsSpan(i));
            long value = BinaryPrimitives.ReadUInt32BigEndian(frame.Payload.AsSpan(i + 2));
            switch (id)
            {
                case SettingId.InitialWindowSize:
                    long change = value - _initialSendWindow;
                    _initialSendWindow = value;
                    if (change > 0)
                    {
                        ChangeWindows(change);
                    }
                    else
                    {
                        atAck += () => ChangeWindows(change);
                    }

                    break;
                case SettingId.MaxFrameSize:
                    _maxFrame = Math.Max(_maxFrame, (int)Math.Min(value, int.MaxValue));
                    atAck += () => _maxFrame = (int)Math.Min(value, int.MaxValue);
                    break;
                case SettingId.MaxConcurrentStreams:
                    _maxStreams = Math.Max(_maxStreams, value);
                    atAck += () => _maxStreams = value;
                    break;
                case SettingId.HeaderTableSize:
                    atAck += () => _mustUpdateTable |= value < _tableSize;
                    break;
            }
        }

        _unacknowledged.Enqueue(atAck);
    }

    private void ChangeWindows(long change)
    {
        foreach (AuditedStream stream in _streams.Values)
        {
            stream.SendWindow += change;
        }
    }

    private void CheckSent(AuditedFrame frame)
    {
        Require(_sawFirstSent || (frame.Type == FrameType.Settings && !frame.Ack), "9113-3.4: SETTINGS is the first frame");
        _sawFirstSent = true;
        Require(!frame.IsReservedBitSet, "9113-4.1: the reserved bit is zero");
        Require((frame.Flags & ~DefinedFlags(frame.Type)) == 0, $"9113-4.1: {frame.Type} has no flags 0x{frame.Flags:x2}");
        Require(frame.Payload.Length <= _maxFrame, $"9113-4.2: {frame.Type} of {frame.Payload.Length} bytes, {_maxFrame} allowed");
        Require(
            _openBlock == 0 || (frame.Type == FrameType.Continuation && frame.StreamId == _openBlock),
            $"9113-4.3: {frame.Type} on stream {frame.StreamId} inside the field block of stream {_openBlock}");
        switch (frame.Type)
        {
            case FrameType.Data:
                CheckData(frame);
                break;
            case FrameType.Headers:
                CheckHeaders(frame);
                break;
            case FrameType.Continuation:
                Require(_openBlock != 0, "9113-6.10: CONTINUATION continues a block");
                CheckBlock(frame);
                break;
            case FrameType.RstStream:
                CheckReset(frame);
                break;
            case FrameType.Settings:
                CheckSettings(frame);
                break;
            case FrameType.Ping:
                CheckPing(frame);
                break;
            case FrameType.GoAway:
                CheckGoAway(frame);
                break;
            case FrameType.WindowUpdate:
                CheckWindowUpdate(frame);
                break;
            default:
                Require(false, $"9113-5.5: {frame.Type} was not agreed on");
                break;
        }
    }

    private void CheckData(AuditedFrame frame)
    {
        if (Stream(frame) is not { } stream)
        {
            return;
        }

        Require(!stream.EndSent, $"9113-5.1: DATA after END_STREAM on stream {frame.StreamId}");
        Require(!isClient || stream.IsAnswered, $"9110-9.3.6: DATA before the response on stream {frame.StreamId}");
        Require(isClient || stream.IsAnswered, $"9113-8.1: DATA before HEADERS on stream {frame.StreamId}");
        stream.SendWindow -= frame.Payload.Length;
        _sendWindow -= frame.Payload.Length;

        // An empty frame is free, whatever the windows are.
        Require(stream.SendWindow >= 0 || frame.Payload.Length == 0, $"9113-6.9.1: window of stream {frame.StreamId} exceeded");
        Require(_sendWindow >= 0 || frame.Payload.Length == 0, "9113-6.9.1: window of the connection exceeded");
        stream.EndSent |= frame.EndStream;
    }

    private void CheckHeaders(AuditedFrame frame)
    {
        if (isClient)
        {
            Require((frame.StreamId & 1) == 1, $"9113-5.1.1: a client opens odd streams, not {frame.StreamId}");
            Require(frame.StreamId > _highestOpened, $"9113-5.1.1: stream {frame.StreamId} after {_highestOpened}");
            Require(_streams.Values.Count(stream => stream.IsOpen) < _maxStreams, $"9113-5.1.2: more than {_maxStreams} streams");
            _highestOpened = frame.StreamId;
            _streams[frame.StreamId] = NewStream();
        }
        else if (Stream(frame) is { } stream)
        {
            Require(!stream.IsAnswered, $"9113-8.5: second HEADERS on stream {frame.StreamId}");
            stream.IsAnswered = true;
            stream.EndSent |= frame.EndStream;
        }

        CheckBlock(frame);
    }

    private void CheckBlock(AuditedFrame frame)
    {
        _block.AddRange(frame.Payload);
        _openBlock = frame.EndHeaders ? 0 : frame.StreamId;
        if (!frame.EndHeaders)
        {
            return;
        }

        byte[] block = [.. _block];
        _block.Clear();
        bool isUpdate = (block[0] & 0xE0) == 0x20;
        Require(!_mustUpdateTable || isUpdate, "9113-4.3.1: no table size update after a smaller limit");
        _mustUpdateTable = false;

        // Our encoder has no table; a size above 30 would be news, and take more than one byte.
        Require(!isUpdate || block[0] == 0x20, "7541-4.2: a stateless encoder declares no table");
        _tableSize = isUpdate ? 0 : _tableSize;
        var fields = new FieldList();
        _decoder.Decode(block, fields);
        if (FieldAudit.FaultOf(isClient, fields.Fields) is { } fault)
        {
            Require(false, fault);
        }
    }

    private void CheckReset(AuditedFrame frame)
    {
        Require(frame.Payload.Length == 4, "9113-6.4: RST_STREAM has 4 bytes");
        if (Stream(frame, allowsReset: true) is { } stream)
        {
            Require(!stream.ResetSent, $"9113-5.4.2: second RST_STREAM on stream {frame.StreamId}");
            stream.ResetSent = true;
        }
    }

    private void CheckSettings(AuditedFrame frame)
    {
        Require(frame.StreamId == 0, "9113-6.5: SETTINGS is of stream 0");
        if (frame.Ack)
        {
            Require(frame.Payload.Length == 0, "9113-6.5: an acknowledgement is empty");
            Require(_unacknowledged.TryDequeue(out Action? apply), "9113-6.5.3: one acknowledgement for each SETTINGS");
            apply?.Invoke();
            return;
        }

        Require(frame.Payload.Length % 6 == 0, "9113-6.5: SETTINGS is made of six-byte entries");
        for (int i = 0; i + 6 <= frame.Payload.Length; i += 6)
        {
            var id = (SettingId)BinaryPrimitives.ReadUInt16BigEndian(frame.Payload.AsSpan(i));
            uint value = BinaryPrimitives.ReadUInt32BigEndian(frame.Payload.AsSpan(i + 2));
            switch (id)
            {
                case SettingId.InitialWindowSize:
                    Require(value <= int.MaxValue, "9113-6.5.2: INITIAL_WINDOW_SIZE is at most 2^31-1");
                    _initialReceiveWindow = value;
                    break;
                case SettingId.MaxFrameSize:
                    Require(value is >= 16_384 and <= 16_777_215, "9113-6.5.2: MAX_FRAME_SIZE is 2^14 to 2^24-1");
                    break;
                case SettingId.EnablePush:
                    Require(value == 0 || (isClient && value == 1), "9113-6.5.2: ENABLE_PUSH of a server is 0");
                    break;
            }
        }
    }

    private void CheckPing(AuditedFrame frame)
    {
        Require(frame.StreamId == 0 && frame.Payload.Length == 8, "9113-6.7: PING has 8 bytes and no stream");
        if (frame.Ack)
        {
            Require(
                _unanswered.TryDequeue(out byte[]? asked) && asked.SequenceEqual(frame.Payload),
                "9113-6.7: an answer carries the payload of its PING, once");
        }
    }

    private void CheckGoAway(AuditedFrame frame)
    {
        Require(frame.StreamId == 0 && frame.Payload.Length >= 8, "9113-6.8: GOAWAY has at least 8 bytes and no stream");
        long last = frame.UInt32 & 0x7FFF_FFFF;
        Require(last <= _lastGoAway, $"9113-6.8: last stream id {last} after {_lastGoAway}");
        _lastGoAway = last;
    }

    private void CheckWindowUpdate(AuditedFrame frame)
    {
        Require(frame.Payload.Length == 4, "9113-6.9: WINDOW_UPDATE has 4 bytes");
        long increment = frame.UInt32 & 0x7FFF_FFFF;
        Require(increment > 0, "9113-6.9: an increment is not 0");
        if (frame.StreamId == 0)
        {
            _receiveWindow += increment;
            Require(_receiveWindow <= int.MaxValue, "9113-6.9.1: the window of the connection passes 2^31-1");
        }
        else if (Stream(frame) is { } stream)
        {
            stream.ReceiveWindow += increment;
            Require(stream.ReceiveWindow <= int.MaxValue, "9113-6.9.1: the window of a stream passes 2^31-1");
        }
    }

    /// <summary>The frame's stream, which must exist and must not have been reset by the engine.</summary>
    private AuditedStream? Stream(AuditedFrame frame, bool allowsReset = false)
    {
        bool exists = _streams.TryGetValue(frame.StreamId, out AuditedStream? stream);
        Require(exists, $"9113-5.1: {frame.Type} on stream {frame.StreamId}, which is idle");
        Require(allowsReset || stream?.ResetSent != true, $"9113-5.1: {frame.Type} after RST_STREAM on stream {frame.StreamId}");
        return stream;
    }

    private AuditedStream NewStream() => new() { SendWindow = _initialSendWindow, ReceiveWindow = _initialReceiveWindow };

    private void Require(bool holds, string rule)
    {
        if (!holds)
        {
            Fault ??= rule;
        }
    }

    private static byte DefinedFlags(FrameType type) => type switch
    {
        FrameType.Data => 0x09,
        FrameType.Headers => 0x2D,
        FrameType.Settings or FrameType.Ping => 0x01,
        FrameType.Continuation => 0x04,
        _ => 0,
    };

    private sealed class FieldList : IHeaderSink
    {
        public List<(string Name, string Value)> Fields { get; } = [];

        public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
            Fields.Add((Encoding.Latin1.GetString(name), Encoding.Latin1.GetString(value)));
    }
}
