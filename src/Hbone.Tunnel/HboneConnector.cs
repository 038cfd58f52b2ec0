using System.Net;
using Hbone.Security.Authorization;
using Hbone.Security.Providers;
using Microsoft.Extensions.Logging;

namespace Hbone.Tunnel;

/// <summary>skeleton</summary>
public sealed class HboneConnector
{
    /// <summary>skeleton</summary>
    public HboneConnector(IIdentityProvider identity, HboneConnectorOptions? options = null, ILoggerFactory? loggerFactory = null)
    {
    }

    /// <summary>skeleton</summary>
    public Task<HboneConnection> ConnectAsync(EndPoint endpoint, IPeerAuthorizer peer, CancellationToken cancellationToken = default) => throw new NotImplementedException();
}
