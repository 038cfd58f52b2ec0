using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Hbone.Framing;
using Hbone.Framing.Hpack;
using Hbone.Security.Authorization;
using Hbone.Security.Tls;
using Hbone.Tests.Common;

namespace Hbone.Tests.EndToEnd;

/// <summary>A client that is authenticated and speaks HTTP/2, and sends whatever the test says.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly AuthenticatedStream _stream;
    private readonly HpackDecoder _decoder = new();

    private RawClient(Socket socket, AuthenticatedStream stream) => (_socket, _stream) = (socket, stream);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<RawClient> ConnectAsync(IPEndPoint server, TestIdentity identity, TestIdentity expected)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, Token);
        AuthenticatedStream stream = await new ClientTlsAuthenticator(identity.Provider).AuthenticateAsync(
            new NetworkStream(socket), PeerAuthorizers.Exactly(expected.Id), Token);
        RawClient client = new(socket, stream);
        await client.SendAsync([.. ConnectionPreface.Bytes, .. Frame(FrameType.Settings, FrameFlags.None, 0, [])]);
        return client;
    }

    public async Task SendAsync(byte[] bytes)
    {
        await _stream.Stream.WriteAsync(bytes, Token);
        await _stream.Stream.FlushAsync(Token);
    }

    /// <summary>Asks for a tunnel, whatever the authority looks like, and ends its half.</summary>
    public Task SendConnectAsync(int streamId, string authority)
    {
        ArrayBufferWriter<byte> block = new();
        HpackEncoder.WriteHeader(block, ":method"u8, "CONNECT"u8);
        HpackEncoder.WriteHeader(block, ":authority"u8, Encoding.UTF8.GetBytes(authority));
        return SendAsync(Frame(
            FrameType.Headers, FrameFlags.EndHeaders | FrameFlags.EndStream, streamId, block.WrittenSpan.ToArray()));
    }

    /// <summary>The status that answers a request, or the code of the reset; other frames are passed over.</summary>
    public async Task<string> ReadAnswerAsync(int streamId)
    {
        byte[] head = new byte[FrameHeader.Size];
        while (true)
        {
            await _stream.Stream.ReadExactlyAsync(head, Token);
            FrameHeader header = FrameHeader.Read(head);
            byte[] payload = new byte[header.Length];
            await _stream.Stream.ReadExactlyAsync(payload, Token);
            if (header.Type == FrameType.GoAway)
            {
                return "GOAWAY";
            }

            if (header.Type == FrameType.RstStream && header.StreamId == streamId)
            {
                return ((Http2ErrorCode)payload[3]).ToString();
            }

            if (header.Type == FrameType.Headers)
            {
                StatusSink sink = new();
                _decoder.Decode(payload, sink);
                if (header.StreamId == streamId)
                {
                    return sink.Status;
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _socket.Dispose();
    }

    private static byte[] Frame(FrameType type, FrameFlags flags, int streamId, byte[] payload)
    {
        byte[] frame = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader(payload.Length, type, flags, streamId).Write(frame);
        payload.CopyTo(frame, FrameHeader.Size);
        return frame;
    }

    private sealed class StatusSink : IHeaderSink
    {
        public string Status { get; private set; } = string.Empty;

        public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        {
            if (name.SequenceEqual(":status"u8))
            {
                Status = Encoding.ASCII.GetString(value);
            }
        }
    }
}
