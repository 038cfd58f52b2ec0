using System.Net;
using System.Net.Sockets;
using Hbone.Diagnostics;
using Hbone.Relay;
using Hbone.Tunnel;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hbone;

/// <summary>Listens on a local TCP port and carries each connection through a tunnel of its own.</summary>
/// <remarks>
/// Thread-safe. Starts once. The forwarder does not own the client. A local connection for which no tunnel can be opened is
/// reset, so that its program sees a failure and not an empty answer.
/// </remarks>
public sealed class LocalForwarder : IAsyncDisposable
{
    private readonly EndPoint _listen;
    private readonly HboneClient _client;
    private readonly HboneDestination _destination;
    private readonly LocalForwarderOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopAccepting = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskTracker _connections = new();
    private readonly SemaphoreSlim _slots;
    private Socket? _socket;
    private Task _accepting = Task.CompletedTask;
    private int _started;
    private int _disposed;

    /// <summary>Makes a forwarder. It listens once <see cref="StartAsync"/> was called.</summary>
    /// <param name="listen">Where to listen, an <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>; port 0 takes a free one.</param>
    /// <param name="client">Opens the tunnels.</param>
    /// <param name="destination">Where they go.</param>
    /// <param name="loggerFactory">Where to log; null means nowhere.</param>
    /// <param name="options">Settings, copied here; null means the defaults.</param>
    /// <exception cref="ArgumentNullException">Endpoint, client or destination is null.</exception>
    public LocalForwarder(
        EndPoint listen,
        HboneClient client,
        HboneDestination destination,
        ILoggerFactory? loggerFactory = null,
        LocalForwarderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(listen);
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(destination);
        _listen = listen;
        _client = client;
        _destination = destination;
        _options = (options ?? new LocalForwarderOptions()).Snapshot();
        _logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<LocalForwarder>();
        _slots = new SemaphoreSlim(_options.MaxConnections, _options.MaxConnections);
    }

    /// <summary>Where the forwarder listens, with the real port.</summary>
    /// <exception cref="InvalidOperationException">The forwarder was not started.</exception>
    public IPEndPoint LocalEndPoint =>
        (IPEndPoint?)_socket?.LocalEndPoint ?? throw new InvalidOperationException("the forwarder was not started");

    /// <summary>Starts to listen.</summary>
    /// <param name="cancellationToken">Stops the name resolution of a host name to listen on.</param>
    /// <returns>A task that completes when programs can connect.</returns>
    /// <exception cref="InvalidOperationException">The forwarder was started before.</exception>
    /// <exception cref="SocketException">The endpoint cannot be listened on, for instance because it is in use.</exception>
    /// <exception cref="ObjectDisposedException">The forwarder was disposed.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        if (Interlocked.Exchange(ref _started, 1) != 0)
        {
            throw new InvalidOperationException("the forwarder was started before");
        }

        EndPoint endpoint = _listen;
        if (endpoint is DnsEndPoint dns)
        {
            IPAddress[] addresses = await Dns.GetHostAddressesAsync(dns.Host, cancellationToken).ConfigureAwait(false);
            endpoint = new IPEndPoint(addresses[0], dns.Port);
        }

        Socket socket = new(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endpoint);
            socket.Listen(_options.Backlog);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        _socket = socket;
        HboneLog.ForwarderListening(_logger, LocalEndPoint, _destination);
        _accepting = Task.Run(AcceptAsync, CancellationToken.None);
    }

    /// <summary>Stops listening and lets the connections finish; what is left after the drain timeout is cut.</summary>
    /// <param name="cancellationToken">Ends the waiting and cuts what is left.</param>
    /// <returns>A task that completes when no connection is left.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task ShutdownAsync(CancellationToken cancellationToken = default)
    {
        if (_socket is null || Volatile.Read(ref _disposed) != 0)
        {
            return;
        }

        HboneLog.ForwarderDraining(_logger, LocalEndPoint, _connections.Count, _options.DrainTimeout);
        await StopAcceptingAsync().ConfigureAwait(false);
        using CancellationTokenSource deadline = new(_options.DrainTimeout, _options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await _connections.JoinAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await _stopping.CancelAsync().ConfigureAwait(false);
            await _connections.JoinAsync(CancellationToken.None).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Cuts everything and waits until nothing of the forwarder runs any more. Idempotent, never throws.</summary>
    /// <returns>A task that completes when the forwarder is gone.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await StopAcceptingAsync().ConfigureAwait(false);
        await _connections.JoinAsync(CancellationToken.None).ConfigureAwait(false);
        _slots.Dispose();
        _stopAccepting.Dispose();
        _stopping.Dispose();
    }

    private async Task StopAcceptingAsync()
    {
        await _stopAccepting.CancelAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
        _socket?.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                await _slots.WaitAsync(_stopAccepting.Token).ConfigureAwait(false);
                Socket? accepted = null;
                try
                {
                    accepted = await _socket!.AcceptAsync(_stopAccepting.Token).ConfigureAwait(false);
                }
                catch (SocketException exception)
                {
                    // One connection that was reset in the queue, or a passing shortage; the next one may be well.
                    HboneLog.ForwardAcceptFailed(_logger, exception.Message);
                }
                finally
                {
                    if (accepted is null)
                    {
                        _ = _slots.Release();
                    }
                }

                if (accepted is not null)
                {
                    _connections.Start(() => ForwardAsync(accepted));
                }
            }
        }
        catch (OperationCanceledException) when (_stopAccepting.IsCancellationRequested)
        {
            // The forwarder stops.
        }
    }

    private async Task ForwardAsync(Socket accepted)
    {
        EndPoint? remote = null;
        try
        {
            remote = accepted.RemoteEndPoint;
            accepted.NoDelay = true;
            HboneTunnel tunnel = await _client.ConnectAsync(_destination, _stopping.Token).ConfigureAwait(false);
            RelayResult result = await TcpRelay.RunAsync(accepted, tunnel, _options.Relay, _stopping.Token)
                .ConfigureAwait(false);
            HboneLog.ForwardEnded(
                _logger,
                _destination,
                result.Outcome,
                result.BytesFromTunnel,
                result.BytesToTunnel,
                result.Error?.Message);
        }
        catch (HboneException exception)
        {
            HboneLog.ForwardFailed(_logger, _destination, exception.Error, exception.Message);
            Tell(remote, exception);
            SocketReset.Reset(accepted);
        }
        catch (Exception exception) when (
            exception is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The forwarder or its client stops, or the local program went away before its tunnel was open.
            SocketReset.Reset(accepted);
        }
        catch (Exception exception)
        {
            HboneLog.ForwardCrashed(_logger, exception, _destination);
            SocketReset.Reset(accepted);
        }
        finally
        {
            _ = _slots.Release();
        }
    }

    private void Tell(EndPoint? remote, HboneException reason)
    {
        try
        {
            _options.OnTunnelFailed?.Invoke(remote, reason);
        }
        catch (Exception exception)
        {
            HboneLog.CallbackFailed(_logger, exception);
        }
    }
}
