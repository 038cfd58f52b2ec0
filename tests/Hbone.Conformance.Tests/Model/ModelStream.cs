namespace Hbone.Conformance.Tests.Model;

/// <summary>A stream as the model has it.</summary>
internal sealed class ModelStream
{
    public ModelState State { get; set; }

    /// <summary>What the peer may still send.</summary>
    public long ReceiveWindow { get; set; }

    /// <summary>What the engine may still send; negative after the initial window was lowered.</summary>
    public long SendWindow { get; set; }

    /// <summary>Payload bytes that were accepted and not read by the application.</summary>
    public int Unread { get; set; }

    /// <summary>Bytes that the application has written and the engine has not sent.</summary>
    public int Unsent { get; set; }

    /// <summary>The application ended its half; END_STREAM follows the last byte.</summary>
    public bool EndRequested { get; set; }

    /// <summary>Payload bytes accepted so far; the n-th byte of a stream is n modulo 251.</summary>
    public int Accepted { get; set; }

    public int Read { get; set; }

    /// <summary>The application aborted the tunnel; it reads nothing any more.</summary>
    public bool IsDiscarded { get; set; }

    public bool IsAlive => State is ModelState.Open or ModelState.EndReceived or ModelState.EndSent;

    public bool CanReceive => State is ModelState.Open or ModelState.EndSent;

    public bool CanSend => State is ModelState.Open or ModelState.EndReceived;
}
