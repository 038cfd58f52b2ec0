using System.Buffers;
using BenchmarkDotNet.Attributes;
using Hbone.Framing.Connect;
using Hbone.Framing.Hpack;

namespace Hbone.Benchmarks.Hpack;

/// <summary>The header block of a CONNECT request, bare and with the fields that a mesh adds.</summary>
[MemoryDiagnoser]
public class HpackBenchmarks
{
    private const string Authority = "10.20.0.7:8080";

    private static readonly HeaderField[] s_meshFields =
    [
        new(WellKnownHeaders.Baggage, "k8s.cluster.name=Kubernetes,k8s.namespace.name=shop,k8s.deployment.name=cart"),
        new(WellKnownHeaders.Forwarded, "for=10.20.0.3;by=10.20.0.7"),
        new(WellKnownHeaders.TraceParent, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
    ];

    private readonly ArrayBufferWriter<byte> _output = new(1024);
    private readonly HpackDecoder _decoder = new();
    private readonly NullSink _sink = new();
    private HeaderField[] _fields = [];
    private byte[] _block = [];

    /// <summary>Whether baggage, forwarded and traceparent go along.</summary>
    [Params(false, true)]
    public bool WithMeshFields { get; set; }

    [GlobalSetup]
    public void Encode()
    {
        _fields = WithMeshFields ? s_meshFields : [];
        ConnectHeaderWriter.WriteRequest(_output, Authority, _fields);
        _block = _output.WrittenSpan.ToArray();
    }

    [Benchmark]
    public int EncodeRequest()
    {
        _output.ResetWrittenCount();
        ConnectHeaderWriter.WriteRequest(_output, Authority, _fields);
        return _output.WrittenCount;
    }

    [Benchmark]
    public int DecodeRequest()
    {
        _decoder.Decode(_block, _sink);
        return _sink.Bytes;
    }
}
