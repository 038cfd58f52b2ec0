using System.Buffers;

namespace Hbone.Framing;

/// <summary>Stamps frames.</summary>
public static class FrameWriter
{
    /// <summary>DATA header.</summary>
    public const int DataHeaderSize = FrameHeader.Size;

    /// <summary>WINDOW_UPDATE.</summary>
    public const int WindowUpdateSize = FrameHeader.Size + FrameSizes.WindowIncrement;

    /// <summary>PING.</summary>
    public const int PingSize = FrameHeader.Size + FrameSizes.PingPayload;

    /// <summary>RST_STREAM.</summary>
    public const int RstStreamSize = FrameHeader.Size + FrameSizes.ErrorCode;

    /// <summary>SETTINGS with ACK.</summary>
    public const int SettingsAckSize = FrameHeader.Size;

    /// <summary>GOAWAY without debug data.</summary>
    public const int GoAwayBaseSize = FrameHeader.Size + FrameSizes.GoAwayFields;

    /// <summary>PRIORITY.</summary>
    public const int PrioritySize = FrameHeader.Size + FrameSizes.PriorityFields;

    /// <summary>DATA header.</summary>
    public static int WriteDataHeader(Span<byte> destination, int streamId, int payloadLength, bool endStream) => throw new NotImplementedException();

    /// <summary>RST_STREAM.</summary>
    public static int WriteRstStream(Span<byte> destination, int streamId, Http2ErrorCode errorCode) => throw new NotImplementedException();

    /// <summary>SETTINGS size.</summary>
    public static int GetSettingsSize(int count) => throw new NotImplementedException();

    /// <summary>SETTINGS.</summary>
    public static int WriteSettings(Span<byte> destination, ReadOnlySpan<Setting> settings) => throw new NotImplementedException();

    /// <summary>SETTINGS ACK.</summary>
    public static int WriteSettingsAck(Span<byte> destination) => throw new NotImplementedException();

    /// <summary>PING.</summary>
    public static int WritePing(Span<byte> destination, ReadOnlySpan<byte> opaqueData, bool ack) => throw new NotImplementedException();

    /// <summary>GOAWAY.</summary>
    public static int WriteGoAway(Span<byte> destination, int lastStreamId, Http2ErrorCode errorCode, ReadOnlySpan<byte> debugData) => throw new NotImplementedException();

    /// <summary>WINDOW_UPDATE.</summary>
    public static int WriteWindowUpdate(Span<byte> destination, int streamId, int increment) => throw new NotImplementedException();

    /// <summary>PRIORITY.</summary>
    public static int WritePriority(Span<byte> destination, int streamId, int dependency, bool exclusive, byte weight) => throw new NotImplementedException();

    /// <summary>Size of HEADERS with CONTINUATIONs.</summary>
    public static int GetHeadersSize(int blockLength, int maxFrameSize) => throw new NotImplementedException();

    /// <summary>HEADERS with CONTINUATIONs.</summary>
    public static int WriteHeaders(Span<byte> destination, int streamId, ReadOnlySpan<byte> block, bool endStream, int maxFrameSize) => throw new NotImplementedException();

    /// <summary>HEADERS with CONTINUATIONs.</summary>
    public static int WriteHeaders(IBufferWriter<byte> output, int streamId, ReadOnlySpan<byte> block, bool endStream, int maxFrameSize) => throw new NotImplementedException();
}
