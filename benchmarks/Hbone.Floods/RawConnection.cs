using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hbone.Framing;
using Hbone.Security.Authorization;
using Hbone.Security.Tls;

namespace Hbone.Floods;

/// <summary>A hostile client: proven by mutual TLS like any other, and then it sends whatever it likes.</summary>
internal sealed class RawConnection : IAsyncDisposable
{
    private readonly AuthenticatedStream _stream;
    private readonly TaskCompletionSource<Http2ErrorCode?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();
    private Task _reading = Task.CompletedTask;

    private RawConnection(AuthenticatedStream stream) => _stream = stream;

    /// <summary>Completes when the server ended the connection; with the code of its GOAWAY, if one came.</summary>
    public Task<Http2ErrorCode?> Ended => _ended.Task;

    public static async Task<RawConnection> OpenAsync(
        IPEndPoint server, ClientTlsAuthenticator tls, bool reads, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, cancellationToken);
        AuthenticatedStream stream = await tls.AuthenticateAsync(
            new NetworkStream(socket, ownsSocket: true), PeerAuthorizers.AnyVerified(), cancellationToken);
        var connection = new RawConnection(stream);
        await stream.Stream.WriteAsync(
            Frames.Join(
                ConnectionPreface.Bytes.ToArray(),
                Frames.Raw(FrameType.Settings, FrameFlags.None, 0, []),
                Frames.Raw(FrameType.Settings, FrameFlags.Ack, 0, [])),
            cancellationToken);
        if (reads)
        {
            connection._reading = connection.ReadAsync();
        }

        return connection;
    }

    /// <summary>Sends until the server ends the connection, the chunks do, or time is up.</summary>
    /// <returns>The time from the first byte to the end, if the server ended it.</returns>
    public async Task<TimeSpan?> SendAsync(IEnumerable<byte[]> chunks, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            foreach (byte[] chunk in chunks)
            {
                if (_ended.Task.IsCompleted)
                {
                    break;
                }

                await _stream.Stream.WriteAsync(chunk, cancellationToken);
            }

            await _ended.Task.WaitAsync(cancellationToken);
        }
        catch (IOException)
        {
            _ended.TrySetResult(null);
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        return Stopwatch.GetElapsedTime(start);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _stream.DisposeAsync();
        await _reading;
        _stop.Dispose();
    }

    private async Task ReadAsync()
    {
        var reader = new FrameReader((1 << 24) - 1);
        byte[] buffer = new byte[256 * 1024];
        int held = 0;
        try
        {
            while (await _stream.Stream.ReadAsync(buffer.AsMemory(held), _stop.Token) is > 0 and int read)
            {
                held = Take(reader, buffer, held + read);
            }

            _ended.TrySetResult(null);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException)
        {
            _ended.TrySetResult(null);
        }
    }

    private int Take(FrameReader reader, byte[] buffer, int held)
    {
        int start = 0;
        while (true)
        {
            FrameReadStatus status = reader.Read(buffer.AsSpan(start, held - start), out int consumed, out FrameEvent frame);
            start += consumed;
            if (status == FrameReadStatus.NeedMoreData)
            {
                break;
            }

            if (frame.Header.Type == FrameType.GoAway)
            {
                _ended.TrySetResult(frame.ErrorCode);
            }
        }

        buffer.AsSpan(start, held - start).CopyTo(buffer);
        return held - start;
    }
}
