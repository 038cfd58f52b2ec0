using System.Net;
using Hbone.Security.Tls;
using Microsoft.Extensions.Logging;

namespace Hbone.Tunnel;

/// <summary>skeleton</summary>
public static class HboneConnectionFactory
{
    /// <summary>skeleton</summary>
    public static HboneConnection CreateClient(AuthenticatedStream stream, HboneConnectionOptions? options = null, ILoggerFactory? loggerFactory = null, EndPoint? localEndPoint = null, EndPoint? remoteEndPoint = null) => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public static HboneConnection CreateServer(AuthenticatedStream stream, HboneConnectionOptions? options = null, ILoggerFactory? loggerFactory = null, EndPoint? localEndPoint = null, EndPoint? remoteEndPoint = null) => throw new NotImplementedException();
}
