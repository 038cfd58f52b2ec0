using Hbone.Framing.Hpack;

namespace Hbone.Framing.Connect;

/// <summary>Validates trailers.</summary>
public sealed class TrailersParser : IHeaderSink
{
    /// <summary>Whether they are malformed.</summary>
    public bool IsMalformed => Reason is not null;

    /// <summary>What was malformed.</summary>
    public string? Reason { get; private set; }

    /// <summary>Starts over.</summary>
    public void Reset() => Reason = null;

    /// <summary>Takes a field.</summary>
    public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => throw new NotImplementedException();
}
