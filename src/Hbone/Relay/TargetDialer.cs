using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Hbone.Framing.Connect;

namespace Hbone.Relay;

/// <summary>Connects to the targets of tunnels: resolved, bounded in number and time, and never to the server itself.</summary>
/// <remarks>
/// <b>Owner</b>: one server. <b>Threading</b>: any. The policy has judged the target before; here only what the policy
/// cannot know is checked, namely where a name leads.
/// </remarks>
internal sealed class TargetDialer : IDisposable
{
    // As ztunnel sets on the sockets it dials; a target that vanished without a word is noticed in the end.
    private const int KeepAliveSeconds = 180;
    private const int KeepAliveRetries = 9;

    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _slots;

    public TargetDialer(TimeSpan timeout, int maxConcurrent, TimeProvider time)
    {
        _timeout = timeout;
        _time = time;
        _slots = new SemaphoreSlim(maxConcurrent, maxConcurrent);
    }

    /// <summary>Dial slots that are free.</summary>
    internal SemaphoreSlim Slots => _slots;

    /// <summary>Dials one target.</summary>
    /// <param name="target">What to reach.</param>
    /// <param name="own">The server's own listener, which is never dialled.</param>
    /// <param name="cancellationToken">Cancelled when the peer no longer wants it.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async ValueTask<DialResult> DialAsync(
        ConnectAuthority target, IPEndPoint own, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = new(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        string step = "waiting for a dial slot";
        try
        {
            await _slots.WaitAsync(either.Token).ConfigureAwait(false);
            try
            {
                step = "resolving the name";
                IPAddress[] addresses = target.Kind == AuthorityHostKind.DnsName
                    ? await Dns.GetHostAddressesAsync(target.Host, either.Token).ConfigureAwait(false)
                    : [SpecialAddress.Normalize(IPAddress.Parse(target.Host))];
                step = "connecting";
                return await ConnectAsync(addresses, target.Port, own, either.Token).ConfigureAwait(false);
            }
            finally
            {
                _ = _slots.Release();
            }
        }
        catch (SocketException exception)
        {
            return Failed($"{step}: {exception.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed($"{step} took more than {_timeout.TotalSeconds:0.###} s");
        }
    }

    public void Dispose() => _slots.Dispose();

    /// <summary>Whether an address leads to the server's own listener.</summary>
    internal static bool IsOwn(IPAddress address, int port, IPEndPoint own)
    {
        if (port != own.Port)
        {
            return false;
        }

        IPAddress listening = SpecialAddress.Normalize(own.Address);
        if (!listening.Equals(IPAddress.Any) && !listening.Equals(IPAddress.IPv6Any))
        {
            return listening.Equals(address);
        }

        return IPAddress.IsLoopback(address) || IsOfThisHost(address);
    }

    private static async ValueTask<DialResult> ConnectAsync(
        IPAddress[] addresses, int port, IPEndPoint own, CancellationToken cancellationToken)
    {
        string reason = "the name has no address";
        foreach (IPAddress resolved in addresses)
        {
            IPAddress address = SpecialAddress.Normalize(resolved);
            if (IsOwn(address, port, own))
            {
                return new DialResult(
                    null, HboneTunnelRefusalStep.Recursion, $"{address} port {port} is this server's own listener");
            }

            if (SpecialAddress.WhyNever(address) is { } never)
            {
                reason = $"{address} is never dialled: {never}";
                continue;
            }

            Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.NoDelay = true;
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
                socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
                socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveSeconds);
                socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveRetries);
                await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken).ConfigureAwait(false);
                return new DialResult(socket, HboneTunnelRefusalStep.Dial, string.Empty);
            }
            catch (SocketException exception)
            {
                socket.Dispose();
                reason = $"{address} port {port}: {exception.Message}";
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        return Failed(reason);
    }

    private static bool IsOfThisHost(IPAddress address)
    {
        foreach (NetworkInterface network in NetworkInterface.GetAllNetworkInterfaces())
        {
            foreach (UnicastIPAddressInformation unicast in network.GetIPProperties().UnicastAddresses)
            {
                if (unicast.Address.Equals(address))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static DialResult Failed(string reason) => new(null, HboneTunnelRefusalStep.Dial, reason);
}
