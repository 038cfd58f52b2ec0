using BenchmarkDotNet.Attributes;
using Hbone.Framing;

namespace Hbone.Benchmarks.Framing;

/// <summary>Frames read from one contiguous buffer, as the reader loop does after each receive.</summary>
[MemoryDiagnoser]
public class FrameReaderBenchmarks
{
    private const int FramesInBuffer = 64;

    private readonly FrameReader _reader = new();
    private byte[] _data = [];
    private byte[] _control = [];

    /// <summary>Payload of each DATA frame.</summary>
    [Params(64, 1024, 16384)]
    public int PayloadBytes { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _data = new byte[FramesInBuffer * (FrameWriter.DataHeaderSize + PayloadBytes)];
        for (int offset = 0; offset < _data.Length; offset += FrameWriter.DataHeaderSize + PayloadBytes)
        {
            FrameWriter.WriteDataHeader(_data.AsSpan(offset), streamId: 1, PayloadBytes, endStream: false);
        }

        _control = new byte[FramesInBuffer * FrameWriter.WindowUpdateSize];
        for (int offset = 0; offset < _control.Length; offset += FrameWriter.WindowUpdateSize)
        {
            FrameWriter.WriteWindowUpdate(_control.AsSpan(offset), streamId: 1, increment: 65_535);
        }
    }

    [Benchmark(OperationsPerInvoke = FramesInBuffer)]
    public long ReadData() => ReadAll(_data);

    [Benchmark(OperationsPerInvoke = FramesInBuffer)]
    public long ReadWindowUpdates() => ReadAll(_control);

    private long ReadAll(ReadOnlySpan<byte> input)
    {
        long total = 0;
        while (_reader.Read(input, out int consumed, out FrameEvent frame) == FrameReadStatus.Frame)
        {
            total += frame.FlowControlledBytes + frame.WindowIncrement;
            input = input[consumed..];
        }

        return total;
    }
}
