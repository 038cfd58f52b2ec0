using Hbone.Framing;
using Hbone.Framing.Connect;
using Hbone.Framing.Hpack;

namespace Hbone.Tunnel;

/// <summary>skeleton</summary>
public sealed class HboneTunnelRequest
{
    /// <summary>skeleton</summary>
    public string Authority => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public ConnectAuthority? ParsedAuthority => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public IReadOnlyList<HeaderField> Headers => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public HboneConnectionInfo Connection => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public CancellationToken Aborted => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public ValueTask<HboneTunnel> AcceptAsync(IReadOnlyList<HeaderField>? headers = null, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public ValueTask RejectAsync(int status, IReadOnlyList<HeaderField>? headers = null, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public void Reset(Http2ErrorCode code) => throw new NotImplementedException();
}
