using BenchmarkDotNet.Attributes;
using Hbone.Framing.Hpack;

namespace Hbone.Benchmarks.Hpack;

/// <summary>The string code of RFC 7541 appendix B, on a host name and on a long value.</summary>
[MemoryDiagnoser]
public class HuffmanBenchmarks
{
    private byte[] _plain = [];
    private byte[] _encoded = [];
    private byte[] _destination = [];

    /// <summary>Length of the plain text.</summary>
    [Params(32, 512)]
    public int TextBytes { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        ReadOnlySpan<byte> pattern = "cart.shop.svc.cluster.local:8080"u8;
        _plain = new byte[TextBytes];
        for (int index = 0; index < _plain.Length; index++)
        {
            _plain[index] = pattern[index % pattern.Length];
        }

        _destination = new byte[TextBytes * 4];
        _encoded = new byte[Huffman.GetEncodedLength(_plain)];
        Huffman.Encode(_plain, _encoded);
    }

    [Benchmark]
    public int Encode() => Huffman.Encode(_plain, _destination);

    [Benchmark]
    public bool Decode() => Huffman.TryDecode(_encoded, _destination, out _);
}
