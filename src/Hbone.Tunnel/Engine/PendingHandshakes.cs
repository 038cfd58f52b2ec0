using System.Net.Sockets;

namespace Hbone.Tunnel.Engine;

/// <summary>The handshakes a listener has in progress, oldest first and bounded in number: a newcomer pushes the oldest out.</summary>
/// <remarks>
/// Owner: the listener. Threading: any. Waiting for a free place instead would let silent peers keep honest ones out for
/// the whole handshake deadline; an honest handshake takes milliseconds and is hardly ever the oldest.
/// </remarks>
internal sealed class PendingHandshakes
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Entry> _entries = new();
    private readonly int _max;
    private TaskCompletionSource? _empty;
    private int _running;

    internal PendingHandshakes(int max) => _max = max;

    /// <summary>A connection was accepted; when the bound is reached, the oldest of the others is cut.</summary>
    internal Entry Enter(Socket socket)
    {
        var entry = new Entry(socket);
        Entry? oldest = null;
        lock (_gate)
        {
            if (_entries.Count >= _max)
            {
                oldest = _entries.First!.Value;
                _entries.RemoveFirst();
            }

            entry.Node = _entries.AddLast(entry);
            _running++;
        }

        oldest?.Evict();
        return entry;
    }

    /// <summary>A handshake has ended, one way or the other. Idempotent.</summary>
    internal void Leave(Entry entry)
    {
        lock (_gate)
        {
            if (entry.HasLeft)
            {
                return;
            }

            entry.HasLeft = true;
            if (entry.Node is { List: not null } node)
            {
                _entries.Remove(node);
            }

            if (--_running == 0)
            {
                _empty?.TrySetResult();
            }
        }
    }

    /// <summary>Completes when no handshake runs any more. Nothing may enter afterwards.</summary>
    internal Task WhenEmpty()
    {
        lock (_gate)
        {
            if (_running == 0)
            {
                return Task.CompletedTask;
            }

            _empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _empty.Task;
        }
    }

    /// <summary>One handshake in progress.</summary>
    internal sealed class Entry
    {
        private readonly Socket _socket;
        private volatile bool _evicted;

        internal Entry(Socket socket) => _socket = socket;

        /// <summary>It was cut in favour of a newer one; whatever error it ended with follows from that.</summary>
        internal bool IsEvicted => _evicted;

        internal LinkedListNode<Entry>? Node { get; set; }

        internal bool HasLeft { get; set; }

        internal void Evict()
        {
            _evicted = true;
            _socket.Dispose();
        }
    }
}
