using System.Net;
using Hbone.Security.Authorization;
using Hbone.Security.Providers;
using Microsoft.Extensions.Logging;

namespace Hbone.Tunnel;

/// <summary>skeleton</summary>
public sealed class HboneListener : IAsyncDisposable
{
    /// <summary>skeleton</summary>
    public static HboneListener Bind(EndPoint endpoint, IIdentityProvider identity, IPeerAuthorizer peer, HboneListenerOptions? options = null, ILoggerFactory? loggerFactory = null) => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public IPEndPoint LocalEndPoint => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public ValueTask<HboneConnection?> AcceptAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public Task StopAsync() => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
