using System.Buffers.Binary;
using Hbone.Framing;

namespace Hbone.Fuzz.Oracles;

/// <summary>What the writer makes of a frame reads back as that frame.</summary>
internal static class FrameRoundTrip
{
    /// <summary>Writes a frame that was read, and reads it again.</summary>
    public static void Check(FrameRecord frame)
    {
        CheckHeader(frame.Header);
        if (!frame.IsComplete || frame.Status != FrameReadStatus.Frame || !TryWrite(frame, out byte[] wire))
        {
            return;
        }

        FrameStream again = FrameStream.Read(wire, new FrameReader(), () => int.MaxValue);
        Oracle.That(again.Error is null && again.Unread == 0 && again.Frames.Count == 1, "one frame of one frame");
        FrameRecord copy = again.Frames[0];
        Oracle.Same(frame.Header.Type, copy.Header.Type, "type after the round trip");
        Oracle.Same(frame.Header.StreamId, copy.Header.StreamId, "stream after the round trip");
        Oracle.Same(frame.EndStream, copy.EndStream, "END_STREAM after the round trip");
        Oracle.Same(frame.Ack, copy.Ack, "ACK after the round trip");
        Oracle.Same(frame.ErrorCode, copy.ErrorCode, "error code after the round trip");
        Oracle.Same(frame.WindowIncrement, copy.WindowIncrement, "increment after the round trip");
        Oracle.Same(frame.LastStreamId, copy.LastStreamId, "last stream after the round trip");
        if (frame.Header.Type != FrameType.WindowUpdate)
        {
            Oracle.SameBytes(frame.Payload, copy.Payload, "payload after the round trip");
        }
    }

    private static void CheckHeader(FrameHeader header)
    {
        Span<byte> bytes = stackalloc byte[FrameHeader.Size];
        header.Write(bytes);
        Oracle.Same(header, FrameHeader.Read(bytes), "header after the round trip");
    }

    private static bool TryWrite(FrameRecord frame, out byte[] wire)
    {
        int streamId = frame.Header.StreamId;
        byte[] payload = frame.Payload;
        byte[] buffer = new byte[FrameHeader.Size + FrameWriter.PrioritySize + payload.Length];
        int written;
        switch (frame.Header.Type)
        {
            case FrameType.Data:
                written = FrameWriter.WriteDataHeader(buffer, streamId, payload.Length, frame.EndStream);
                payload.CopyTo(buffer.AsSpan(written));
                written += payload.Length;
                break;
            case FrameType.Priority:
                uint fields = BinaryPrimitives.ReadUInt32BigEndian(payload);
                written = FrameWriter.WritePriority(
                    buffer, streamId, (int)(fields & 0x7FFF_FFFF), (fields & 0x8000_0000) != 0, payload[4]);
                break;
            case FrameType.RstStream:
                written = FrameWriter.WriteRstStream(buffer, streamId, frame.ErrorCode);
                break;
            case FrameType.Settings when frame.Ack:
                written = FrameWriter.WriteSettingsAck(buffer);
                break;
            case FrameType.Settings:
                if (!TryReadSettings(payload, out List<Setting> settings))
                {
                    wire = [];
                    return false;
                }

                Oracle.Same(FrameWriter.GetSettingsSize(settings.Count), FrameHeader.Size + payload.Length, "size of SETTINGS");
                written = FrameWriter.WriteSettings(buffer, [.. settings]);
                break;
            case FrameType.Ping:
                written = FrameWriter.WritePing(buffer, payload, frame.Ack);
                break;
            case FrameType.GoAway:
                written = FrameWriter.WriteGoAway(buffer, frame.LastStreamId, frame.ErrorCode, payload);
                break;
            case FrameType.WindowUpdate:
                written = FrameWriter.WriteWindowUpdate(buffer, streamId, frame.WindowIncrement);
                break;
            default:
                // HEADERS and CONTINUATION: FieldBlockRoundTrip. Extension frames are not written.
                wire = [];
                return false;
        }

        wire = buffer[..written];
        return true;
    }

    private static bool TryReadSettings(byte[] payload, out List<Setting> settings)
    {
        settings = [];
        var reader = new SettingsReader(payload);
        try
        {
            while (reader.TryRead(out Setting setting))
            {
                settings.Add(setting);
            }

            return true;
        }
        catch (Http2ProtocolException e)
        {
            Oracle.That(
                e.ErrorCode is Http2ErrorCode.ProtocolError or Http2ErrorCode.FlowControlError && e.Scope == ErrorScope.Connection,
                $"an error a setting may cause, not {e.ErrorCode}");
            return false;
        }
    }
}
