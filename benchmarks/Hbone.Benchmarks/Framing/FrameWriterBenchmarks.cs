using System.Buffers;
using BenchmarkDotNet.Attributes;
using Hbone.Framing;
using Hbone.Framing.Connect;

namespace Hbone.Benchmarks.Framing;

/// <summary>Frames stamped into a buffer that is used again and again.</summary>
[MemoryDiagnoser]
public class FrameWriterBenchmarks
{
    private readonly byte[] _destination = new byte[1024];
    private readonly byte[] _opaque = new byte[8];
    private byte[] _block = [];

    [GlobalSetup]
    public void EncodeBlock()
    {
        ArrayBufferWriter<byte> output = new();
        ConnectHeaderWriter.WriteRequest(output, "10.20.0.7:8080");
        _block = output.WrittenSpan.ToArray();
    }

    [Benchmark]
    public int WriteDataHeader() => FrameWriter.WriteDataHeader(_destination, streamId: 1, payloadLength: 16_384, endStream: false);

    [Benchmark]
    public int WriteWindowUpdate() => FrameWriter.WriteWindowUpdate(_destination, streamId: 1, increment: 65_535);

    [Benchmark]
    public int WritePing() => FrameWriter.WritePing(_destination, _opaque, ack: true);

    [Benchmark]
    public int WriteHeaders() => FrameWriter.WriteHeaders(_destination, streamId: 1, _block, endStream: false, maxFrameSize: 16_384);
}
