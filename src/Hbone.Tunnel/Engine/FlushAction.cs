namespace Hbone.Tunnel.Engine;

/// <summary>What a thread owes the connection after it released the gate.</summary>
internal enum FlushAction
{
    /// <summary>Nothing: nothing to send, or somebody else is sending.</summary>
    None,

    /// <summary>This thread took the writer role and sends itself.</summary>
    Inline,

    /// <summary>This thread asks the thread pool to send.</summary>
    Queue,

    /// <summary>The control queue is over its bound: close the connection.</summary>
    Overflow,
}
