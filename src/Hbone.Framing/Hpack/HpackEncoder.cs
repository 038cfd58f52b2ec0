using System.Buffers;

namespace Hbone.Framing.Hpack;

/// <summary>Stateless HPACK encoder.</summary>
public static class HpackEncoder
{
    /// <summary>Writes a field line.</summary>
    public static void WriteHeader(IBufferWriter<byte> output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => throw new NotImplementedException();

    /// <summary>Writes an indexed field line.</summary>
    public static void WriteIndexed(IBufferWriter<byte> output, int index) => throw new NotImplementedException();

    /// <summary>Writes <c>:status</c>.</summary>
    public static void WriteStatus(IBufferWriter<byte> output, int status) => throw new NotImplementedException();
}
