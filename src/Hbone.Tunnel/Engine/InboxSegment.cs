namespace Hbone.Tunnel.Engine;

/// <summary>A piece of received payload that waits for its reader.</summary>
/// <remarks>Owner: one inbox, from <see cref="InboxSegmentPool"/>. Threading: under the inbox gate.</remarks>
internal sealed class InboxSegment
{
    internal byte[] Array { get; set; } = [];

    internal int Start { get; set; }

    internal int End { get; set; }

    internal InboxSegment? Next { get; set; }

    internal int Count => End - Start;

    internal int Room => Array.Length - End;
}
