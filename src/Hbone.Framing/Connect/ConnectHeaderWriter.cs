using System.Buffers;
using Hbone.Framing.Hpack;

namespace Hbone.Framing.Connect;

/// <summary>Writes the field blocks of CONNECT.</summary>
public static class ConnectHeaderWriter
{
    /// <summary>Request block.</summary>
    public static void WriteRequest(IBufferWriter<byte> output, string authority, IReadOnlyList<HeaderField>? fields = null) => throw new NotImplementedException();

    /// <summary>Response block.</summary>
    public static void WriteResponse(IBufferWriter<byte> output, int status, IReadOnlyList<HeaderField>? fields = null) => throw new NotImplementedException();
}
