using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hbone.Cli.Demo;

/// <summary>An ordinary HTTP server (Kestrel, loopback, plain HTTP) that knows nothing of tunnels.</summary>
/// <remarks>Owner: the demo. Threading: Kestrel's. Memory: Kestrel's.</remarks>
internal sealed class DemoHttpServer : IAsyncDisposable
{
    /// <summary>What it answers.</summary>
    public const string Greeting = "hello from behind the tunnel";

    private readonly WebApplication _application;

    private DemoHttpServer(WebApplication application, IPEndPoint endPoint)
    {
        _application = application;
        EndPoint = endPoint;
    }

    /// <summary>The address it listens on.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Starts it on a free port.</summary>
    public static async Task<DemoHttpServer> StartAsync(CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        _ = builder.Logging.ClearProviders();
        _ = builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        WebApplication application = builder.Build();
        try
        {
            application.Run(static context => context.Response.WriteAsync(Greeting, context.RequestAborted));
            await application.StartAsync(cancellationToken);
            IServerAddressesFeature? addresses = application.Services.GetRequiredService<IServer>()
                .Features.Get<IServerAddressesFeature>();
            Uri address = new(addresses?.Addresses.Single() ?? throw DemoCheck.Failed("the HTTP server has no address"));
            return new DemoHttpServer(application, new IPEndPoint(IPAddress.Loopback, address.Port));
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
