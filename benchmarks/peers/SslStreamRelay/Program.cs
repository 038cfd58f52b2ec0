using System.CommandLine;
using SslStreamRelay;

// Two roles of one bare relay: TCP -> TLS 1.3 ("client") and TLS 1.3 -> TCP ("server").
Option<string> listen = new("--listen") { Description = "IP:PORT to listen on.", Required = true };
Option<string> target = new("--target") { Description = "IP:PORT the server role dials for each connection.", Required = true };
Option<string> via = new("--via") { Description = "IP:PORT of the server role.", Required = true };
Option<FileInfo> svid = new("--svid") { Description = "PEM file with the certificate chain, leaf first.", Required = true };
Option<FileInfo> key = new("--key") { Description = "PEM file with the private key.", Required = true };
Option<FileInfo> bundle = new("--bundle") { Description = "PEM file with the roots that the peer must chain to.", Required = true };

Command server = new("server", "Accept TLS and dial a TCP target.") { listen, target, svid, key, bundle };
server.SetAction((parsed, cancellationToken) => RunAsync(parsed, isClient: false, target, cancellationToken));

Command client = new("client", "Accept TCP and dial the server role over TLS.") { listen, via, svid, key, bundle };
client.SetAction((parsed, cancellationToken) => RunAsync(parsed, isClient: true, via, cancellationToken));

RootCommand root = new("A bare TCP relay over SslStream with mutual TLS 1.3: the throughput baseline.") { server, client };
return await root.Parse(args).InvokeAsync();

async Task<int> RunAsync(ParseResult parsed, bool isClient, Option<string> destination, CancellationToken cancellationToken)
{
    using RelayIdentity identity = RelayIdentity.Load(
        parsed.GetRequiredValue(svid).FullName,
        parsed.GetRequiredValue(key).FullName,
        parsed.GetRequiredValue(bundle).FullName);

    RelayListener relay = new(
        identity,
        isClient,
        listen: System.Net.IPEndPoint.Parse(parsed.GetRequiredValue(listen)),
        destination: System.Net.IPEndPoint.Parse(parsed.GetRequiredValue(destination)));

    await relay.RunAsync(cancellationToken);
    return 0;
}
