using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Hbone.Framing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Hbone.Interop.Tests.PeerAsServer;

/// <summary>ASP.NET Core's Kestrel, in this process, with a handler that relays CONNECT.</summary>
internal sealed class KestrelServer : PeerServer
{
    private readonly PeerServerSettings _settings;
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2Collection _roots = [];
    private readonly WebApplication _application;
    private Task _stopping = Task.CompletedTask;

    private KestrelServer(PeerServerSettings settings)
    {
        _settings = settings;
        _certificate = X509Certificate2.CreateFromPemFile(
            Path.Combine(settings.IdentityFolder, "svid.pem"), Path.Combine(settings.IdentityFolder, "svid_key.pem"));
        _roots.ImportFromPemFile(Path.Combine(settings.IdentityFolder, "bundle.pem"));
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        _ = builder.Logging.ClearProviders();
        _ = builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(Configure);
        _application = builder.Build();
        _application.Run(ServeAsync);
    }

    public override IPEndPoint EndPoint => IPEndPoint.Parse(new Uri(_application.Urls.Single()).Authority);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<PeerServer> StartAsync(PeerServerSettings settings)
    {
        KestrelServer server = new(settings);
        await server._application.StartAsync(Token);
        return server;
    }

    public override Task DrainAsync()
    {
        _stopping = _application.StopAsync(CancellationToken.None);
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await _stopping;
        await _application.DisposeAsync();
        _certificate.Dispose();
    }

    private void Configure(KestrelServerOptions options)
    {
        // A tunnel has no size and no least rate.
        options.Limits.MaxRequestBodySize = null;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            _ = listen.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificate = _certificate,
                SslProtocols = SslProtocols.Tls13,
                ClientCertificateMode = ClientCertificateMode.RequireCertificate,
                ClientCertificateValidation = (certificate, chain, _) => IsExpected(certificate, chain!),
            });
        });
    }

    private bool IsExpected(X509Certificate2 certificate, X509Chain chain)
    {
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate)
            && certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().Format(multiLine: false)
                .Contains($"URI:{_settings.Client}", StringComparison.Ordinal);
    }

    private async Task ServeAsync(HttpContext context)
    {
        string authority = context.Request.Host.Value ?? string.Empty;
        if (context.Request.Method != HttpMethods.Connect)
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }

        if (authority != _settings.Target && context.Request.Host.Host != "127.0.0.2")
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        using Socket target = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await target.ConnectAsync(IPEndPoint.Parse(authority), context.RequestAborted);
        }
        catch (SocketException)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        // StartAsync alone would hold the status back until there is a body.
        await context.Response.Body.FlushAsync(CancellationToken.None);
        await using NetworkStream stream = new(target, ownsSocket: false);
        await Task.WhenAll(CopyToTargetAsync(context, stream, target), CopyToClientAsync(context, stream));
    }

    private static async Task CopyToTargetAsync(HttpContext context, NetworkStream stream, Socket target)
    {
        try
        {
            await context.Request.Body.CopyToAsync(stream, CancellationToken.None);
            target.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The client has reset the stream, or the target is gone, which the other direction tells.
            target.LingerState = new LingerOption(true, 0);
            target.Dispose();
        }
    }

    private static async Task CopyToClientAsync(HttpContext context, NetworkStream stream)
    {
        try
        {
            await stream.CopyToAsync(context.Response.Body, CancellationToken.None);
            await context.Response.CompleteAsync();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            context.Features.GetRequiredFeature<IHttpResetFeature>().Reset((int)Http2ErrorCode.ConnectError);
        }
    }
}
