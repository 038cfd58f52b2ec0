namespace Hbone.Conformance.Tests.Audit;

/// <summary>What the two directions of a stream have shown of it.</summary>
internal sealed class AuditedStream
{
    /// <summary>What the engine may still send.</summary>
    public long SendWindow { get; set; }

    /// <summary>What the engine's peer may still send, as the engine announced it.</summary>
    public long ReceiveWindow { get; set; }

    public bool EndSent { get; set; }

    public bool EndReceived { get; set; }

    public bool ResetSent { get; set; }

    public bool ResetReceived { get; set; }

    /// <summary>The final response went the way it has to.</summary>
    public bool IsAnswered { get; set; }

    public bool IsOpen => !ResetSent && !ResetReceived && !(EndSent && EndReceived);
}
