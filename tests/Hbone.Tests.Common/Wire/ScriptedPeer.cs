using System.Buffers;
using Hbone.Framing;
using Hbone.Framing.Connect;
using Hbone.Framing.Hpack;
using Hbone.Tunnel;
using Hbone.Tunnel.Transport;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Hbone.Tests.Common.Wire;

/// <summary>The other end of a connection, frame by frame: sends what the test says, expects what the test says.</summary>
public sealed class ScriptedPeer : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly MemoryTransport _transport;
    private readonly HpackDecoder _decoder = new();
    private readonly byte[] _buffer = new byte[1 << 17];
    private int _start;
    private int _end;

    private ScriptedPeer(MemoryTransport transport, HboneConnection connection)
    {
        _transport = transport;
        Connection = connection;
    }

    /// <summary>The engine under test.</summary>
    public HboneConnection Connection { get; }

    public MemoryTransport Transport => _transport;

    /// <summary>An engine in the client role; its preface, SETTINGS and WINDOW_UPDATE are consumed and ours are sent.</summary>
    public static async Task<ScriptedPeer> ForClientAsync(
        HboneConnectionOptions? options = null, params Setting[] settings)
    {
        ScriptedPeer peer = Create(isClient: true, options);
        byte[] preface = await peer.ReadRawAsync(ConnectionPreface.Bytes.Length);
        Assert.Equal(ConnectionPreface.Bytes, preface);
        await peer.HandshakeAsync(settings);
        return peer;
    }

    /// <summary>An engine in the server role, past the handshake.</summary>
    public static async Task<ScriptedPeer> ForServerAsync(
        HboneConnectionOptions? options = null, params Setting[] settings)
    {
        ScriptedPeer peer = Create(isClient: false, options);
        await peer.SendRawAsync(ConnectionPreface.Bytes.ToArray());
        await peer.HandshakeAsync(settings);
        return peer;
    }

    public static ScriptedPeer Create(bool isClient, HboneConnectionOptions? options = null, int bufferBytes = 1 << 20) =>
        Create(isClient, options, bufferBytes, static transport => transport);

    /// <summary>As above, with the engine's log.</summary>
    public static ScriptedPeer CreateLogged(bool isClient, HboneConnectionOptions options, ILoggerFactory loggers) =>
        Create(isClient, options, 1 << 20, static transport => transport, loggers);

    /// <summary>As above, with something between the engine and its transport.</summary>
    internal static ScriptedPeer Create(
        bool isClient,
        HboneConnectionOptions? options,
        int bufferBytes,
        Func<IByteTransport, IByteTransport> wrap,
        ILoggerFactory? loggers = null)
    {
        (MemoryTransport engine, MemoryTransport peer) = MemoryTransport.CreatePair(bufferBytes);
        HboneConnection connection = HboneConnectionFactory.Create(
            wrap(engine), TestConnections.Info(isClient), options ?? new HboneConnectionOptions(), loggers);
        return new ScriptedPeer(peer, connection);
    }

    /// <summary>Both sides' SETTINGS and their acknowledgements; a server engine has got the preface before.</summary>
    public async Task HandshakeAsync(params Setting[] settings)
    {
        await SendSettingsAsync(settings);
        await ExpectAsync(FrameType.Settings);
        await ExpectAsync(FrameType.WindowUpdate);
        ReceivedFrame ack = await ExpectAsync(FrameType.Settings);
        Assert.True(ack.Ack);
        await SendFrameAsync(FrameType.Settings, FrameFlags.Ack, 0, []);
        await Connection.Handshake.WaitAsync(s_patience);
    }

    // Sending.

    public async Task SendRawAsync(byte[] bytes) => await _transport.WriteAsync(bytes, CancellationToken.None);

    public Task SendFrameAsync(FrameType type, FrameFlags flags, int streamId, byte[] payload)
    {
        byte[] frame = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader(payload.Length, type, flags, streamId).Write(frame);
        payload.CopyTo(frame, FrameHeader.Size);
        return SendRawAsync(frame);
    }

    public Task SendSettingsAsync(params Setting[] settings)
    {
        byte[] frame = new byte[FrameHeader.Size + (settings.Length * 6)];
        FrameWriter.WriteSettings(frame, settings);
        return SendRawAsync(frame);
    }

    public Task SendDataAsync(int streamId, byte[] payload, bool endStream = false) =>
        SendFrameAsync(FrameType.Data, endStream ? FrameFlags.EndStream : FrameFlags.None, streamId, payload);

    public Task SendWindowUpdateAsync(int streamId, int increment)
    {
        byte[] frame = new byte[FrameWriter.WindowUpdateSize];
        FrameWriter.WriteWindowUpdate(frame, streamId, increment);
        return SendRawAsync(frame);
    }

    public Task SendRstAsync(int streamId, Http2ErrorCode code)
    {
        byte[] frame = new byte[FrameWriter.RstStreamSize];
        FrameWriter.WriteRstStream(frame, streamId, code);
        return SendRawAsync(frame);
    }

    public Task SendGoAwayAsync(int lastStreamId, Http2ErrorCode code)
    {
        byte[] frame = new byte[FrameWriter.GoAwayBaseSize];
        FrameWriter.WriteGoAway(frame, lastStreamId, code, []);
        return SendRawAsync(frame);
    }

    public Task SendPingAsync(byte[] opaque, bool ack = false) =>
        SendFrameAsync(FrameType.Ping, ack ? FrameFlags.Ack : FrameFlags.None, 0, opaque);

    public Task SendConnectAsync(int streamId, string authority, params HeaderField[] fields)
    {
        var block = new ArrayBufferWriter<byte>();
        ConnectHeaderWriter.WriteRequest(block, authority, fields);
        return SendHeadersAsync(streamId, block.WrittenSpan.ToArray(), endStream: false);
    }

    public Task SendResponseAsync(int streamId, int status, bool endStream = false)
    {
        var block = new ArrayBufferWriter<byte>();
        ConnectHeaderWriter.WriteResponse(block, status);
        return SendHeadersAsync(streamId, block.WrittenSpan.ToArray(), endStream);
    }

    /// <summary>Any header list, legal or not.</summary>
    public Task SendFieldsAsync(int streamId, bool endStream, params (string Name, string Value)[] fields)
    {
        var block = new ArrayBufferWriter<byte>();
        foreach ((string name, string value) in fields)
        {
            HpackEncoder.WriteHeader(block, System.Text.Encoding.Latin1.GetBytes(name), System.Text.Encoding.Latin1.GetBytes(value));
        }

        return SendHeadersAsync(streamId, block.WrittenSpan.ToArray(), endStream);
    }

    public Task SendHeadersAsync(int streamId, byte[] block, bool endStream)
    {
        byte[] frames = new byte[FrameWriter.GetHeadersSize(block.Length, 16_384)];
        FrameWriter.WriteHeaders(frames, streamId, block, endStream, 16_384);
        return SendRawAsync(frames);
    }

    // Expecting.

    /// <summary>The next frame, which must be of this type.</summary>
    public async Task<ReceivedFrame> ExpectAsync(FrameType type)
    {
        ReceivedFrame frame = await ReadFrameAsync() ?? throw new InvalidOperationException($"Expected {type}, got the end.");
        Assert.True(type == frame.Type, $"Expected {type}, got {frame.Type} {frame.Header.Flags} on stream {frame.StreamId}.");
        return frame;
    }

    public async Task<ReceivedFrame> ExpectRstAsync(int streamId, Http2ErrorCode code)
    {
        ReceivedFrame frame = await ExpectAsync(FrameType.RstStream);
        Assert.Equal(streamId, frame.StreamId);
        Assert.Equal(code, frame.ErrorCode);
        return frame;
    }

    public async Task<ReceivedFrame> ExpectGoAwayAsync(Http2ErrorCode code)
    {
        ReceivedFrame frame = await ExpectAsync(FrameType.GoAway);
        Assert.Equal(code, frame.ErrorCode);
        return frame;
    }

    public async Task ExpectDataAsync(int streamId, byte[] payload, bool endStream = false)
    {
        ReceivedFrame frame = await ExpectAsync(FrameType.Data);
        Assert.Equal(streamId, frame.StreamId);
        Assert.Equal(payload, frame.Payload);
        Assert.Equal(endStream, frame.EndStream);
    }

    public async Task<IReadOnlyList<(string Name, string Value)>> ExpectHeadersAsync(int streamId, bool endStream = false)
    {
        ReceivedFrame frame = await ExpectAsync(FrameType.Headers);
        Assert.Equal(streamId, frame.StreamId);
        Assert.Equal(endStream, frame.EndStream);
        Assert.True(frame.Header.Flags.HasFlag(FrameFlags.EndHeaders));
        return Decode(frame);
    }

    /// <summary>The header fields of a HEADERS frame; every block must be decoded, in order of arrival.</summary>
    public IReadOnlyList<(string Name, string Value)> Decode(ReceivedFrame frame)
    {
        var sink = new FieldList();
        _decoder.Decode(frame.Payload, sink);
        return sink.Fields;
    }

    public async Task ExpectStatusAsync(int streamId, int status, bool endStream = false)
    {
        IReadOnlyList<(string Name, string Value)> fields = await ExpectHeadersAsync(streamId, endStream);
        Assert.Equal((":status", status.ToString(System.Globalization.CultureInfo.InvariantCulture)), fields[0]);
    }

    /// <summary>The engine closed its side and sent nothing more.</summary>
    public async Task ExpectEndAsync()
    {
        ReceivedFrame? frame = await ReadFrameAsync();
        Assert.True(frame is null, $"Expected the end, got {frame?.Type} on stream {frame?.StreamId}.");
    }

    /// <summary>The next frame, or null at the end of the transport.</summary>
    public async Task<ReceivedFrame?> ReadFrameAsync()
    {
        if (!await FillAsync(FrameHeader.Size))
        {
            return null;
        }

        FrameHeader header = FrameHeader.Read(_buffer.AsSpan(_start));
        Assert.True(header.Length <= _buffer.Length - FrameHeader.Size, $"A frame of {header.Length} bytes.");
        Assert.True(await FillAsync(FrameHeader.Size + header.Length), "The transport ended inside a frame.");
        byte[] payload = _buffer.AsSpan(_start + FrameHeader.Size, header.Length).ToArray();
        _start += FrameHeader.Size + header.Length;
        return new ReceivedFrame(header, payload);
    }

    /// <summary>Ends our sending side, as a TCP FIN would.</summary>
    public ValueTask CloseAsync() => _transport.CompleteWritesAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        _transport.Abort();
        await Connection.DisposeAsync().AsTask().WaitAsync(s_patience);
    }

    /// <summary>Exactly so many bytes.</summary>
    public async Task<byte[]> ReadRawAsync(int count)
    {
        Assert.True(await FillAsync(count));
        byte[] bytes = _buffer.AsSpan(_start, count).ToArray();
        _start += count;
        return bytes;
    }

    private async Task<bool> FillAsync(int count)
    {
        while (_end - _start < count)
        {
            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                _end -= _start;
                _start = 0;
            }

            int read = await _transport.ReadAsync(_buffer.AsMemory(_end), CancellationToken.None).AsTask().WaitAsync(s_patience);
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }

    private sealed class FieldList : IHeaderSink
    {
        public List<(string Name, string Value)> Fields { get; } = [];

        public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
            Fields.Add((System.Text.Encoding.Latin1.GetString(name), System.Text.Encoding.Latin1.GetString(value)));
    }
}
