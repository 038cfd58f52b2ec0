using Hbone.Cli.Parsing;
using Hbone.Tunnel;

namespace Hbone.Cli.Output;

/// <summary>An HBONE connection that was open ended without a drain. Reported once a connection.</summary>
internal sealed record ConnectionLostEvent : CliEvent
{
    /// <summary>The proven identity at the other end.</summary>
    public required string Peer { get; init; }

    /// <summary>The address at the other end, when known.</summary>
    public string? Address { get; init; }

    /// <summary>The stable error name, such as KeepAliveTimeout or ConnectionLost.</summary>
    public string? Error { get; init; }

    /// <summary>Tunnels that were open and ended with it.</summary>
    public int Tunnels { get; init; }

    /// <summary>What happened.</summary>
    public required string Reason { get; init; }

    /// <inheritdoc/>
    public override bool IsDiagnostic => true;

    /// <summary>The event for what the engine reports.</summary>
    public static ConnectionLostEvent From(HboneConnectionLoss loss) => new()
    {
        Peer = loss.Connection.Peer.Id.ToString(),
        Address = loss.Connection.RemoteEndPoint is { } address ? EndPointParser.Format(address) : null,
        Error = loss.Reason.Error.ToString(),
        Tunnels = loss.Tunnels,
        Reason = loss.Reason.Message,
    };

    /// <inheritdoc/>
    public override string ToText()
    {
        string where = Address is null ? string.Empty : $" at {Address}";
        string what = Tunnels == 1 ? "1 tunnel" : $"{Tunnels} tunnels";
        return $"lost the connection with {Peer}{where} and {what}: {Reason}";
    }
}
