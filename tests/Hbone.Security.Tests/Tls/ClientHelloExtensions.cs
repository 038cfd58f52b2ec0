using System.Buffers.Binary;

namespace Hbone.Security.Tests.Tls;

/// <summary>Reads the extensions of a ClientHello (RFC 8446 §4.1.2).</summary>
internal static class ClientHelloExtensions
{
    internal static IReadOnlyDictionary<int, byte[]> Read(ReadOnlySpan<byte> handshake)
    {
        Assert.Equal(1, handshake[0]); // client_hello
        ReadOnlySpan<byte> rest = handshake[(4 + 2 + 32)..]; // header, legacy_version, random
        rest = rest[(1 + rest[0])..]; // legacy_session_id
        rest = rest[(2 + BinaryPrimitives.ReadUInt16BigEndian(rest))..]; // cipher_suites
        rest = rest[(1 + rest[0])..]; // legacy_compression_methods
        rest = rest.Slice(2, BinaryPrimitives.ReadUInt16BigEndian(rest));
        var extensions = new Dictionary<int, byte[]>();
        while (!rest.IsEmpty)
        {
            int type = BinaryPrimitives.ReadUInt16BigEndian(rest);
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            extensions.Add(type, rest.Slice(4, length).ToArray());
            rest = rest[(4 + length)..];
        }

        return extensions;
    }
}
