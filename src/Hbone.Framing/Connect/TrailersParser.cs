using Hbone.Framing.Hpack;

namespace Hbone.Framing.Connect;

/// <summary>Header sink that validates trailers and ignores what they say (RFC 9113 §8.1).</summary>
/// <remarks>
/// Owner: one connection's reader loop. Threading: not safe for concurrent use. Memory: none but the reason.
/// </remarks>
public sealed class TrailersParser : IHeaderSink
{
    /// <summary>Whether the block is malformed: a stream error of type PROTOCOL_ERROR (RFC 9113 §8.1.1).</summary>
    public bool IsMalformed => Reason is not null;

    /// <summary>What was malformed, with its clause; <see langword="null"/> if nothing was.</summary>
    public string? Reason { get; private set; }

    /// <summary>Forgets the last block.</summary>
    public void Reset() => Reason = null;

    /// <inheritdoc/>
    public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Reason is null)
        {
            Reason = FieldRules.IsPseudo(name)
                ? "pseudo-header in trailers (RFC 9113 §8.1)"
                : FieldRules.CheckField(name, value);
        }
    }
}
