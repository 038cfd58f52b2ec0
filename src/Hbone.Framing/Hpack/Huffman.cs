namespace Hbone.Framing.Hpack;

/// <summary>Huffman code of HPACK.</summary>
public static class Huffman
{
    /// <summary>Encoded length.</summary>
    public static int GetEncodedLength(ReadOnlySpan<byte> source) => throw new NotImplementedException();

    /// <summary>Encodes.</summary>
    public static int Encode(ReadOnlySpan<byte> source, Span<byte> destination) => throw new NotImplementedException();

    /// <summary>Decodes.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> source, Span<byte> destination, out int written) => throw new NotImplementedException();
}
