namespace Hbone.Framing.Hpack;

/// <summary>Receives the field lines of a block in order, as <see cref="HpackDecoder"/> decodes them.</summary>
/// <remarks>
/// <list type="bullet">
/// <item>Calls are never concurrent and come in the order of the block.</item>
/// <item>The spans are only valid during the call; a sink that keeps bytes copies them.</item>
/// <item>
/// A sink must not throw for bad fields: the rest of the block must still be decoded to keep the table in step with
/// the peer (RFC 9113 §4.3). It notes the fault and reports it after the block.
/// </item>
/// </list>
/// </remarks>
public interface IHeaderSink
{
    /// <summary>Takes one field line.</summary>
    /// <param name="name">Name bytes as sent, not validated.</param>
    /// <param name="value">Value bytes as sent, not validated.</param>
    public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value);
}
