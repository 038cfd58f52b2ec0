using System.Buffers;
using Hbone.Framing.Connect;
using Hbone.Framing.Hpack;
using Hbone.Framing.Tests.Support;

namespace Hbone.Framing.Tests;

public sealed class AllocationTests
{
    private const int Rounds = 1_000;
    private static readonly byte[] s_opaque = new byte[8];

    [Fact]
    public void Writing_frames_allocates_nothing()
    {
        byte[] buffer = new byte[1_024];

        AssertNone(() => WriteFrames(buffer));
    }

    [Fact]
    public void Reading_frames_allocates_nothing()
    {
        byte[] buffer = new byte[1_024];
        byte[] wire = buffer[..WriteFrames(buffer)];
        var reader = new FrameReader();

        AssertNone(() =>
        {
            int start = 0;
            // Cut short, so that DATA comes in pieces.
            int end = wire.Length - 20;
            while (start < wire.Length)
            {
                if (reader.Read(wire.AsSpan(start, end - start), out int consumed, out _) == FrameReadStatus.NeedMoreData)
                {
                    end = wire.Length;
                }

                start += consumed;
            }
        });
    }

    [Fact]
    public void Decoding_a_block_with_dynamic_table_and_huffman_allocates_nothing()
    {
        // RFC 7541 C.4.1 adds an entry each time: the table evicts and moves without new memory.
        byte[] block = Hex.Bytes("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff");
        var decoder = new HpackDecoder();
        var trailers = new CountingSink();
        for (int i = 0; i < Rounds; i++)
        {
            decoder.Decode(block, trailers);
        }

        AssertNone(() => decoder.Decode(block, trailers));
    }

    [Fact]
    public void Writing_a_connect_request_allocates_nothing()
    {
        var output = new ArrayBufferWriter<byte>(1_024);
        HeaderField[] fields = [new("forwarded", "for=\"10.0.0.1:5000\""), new("baggage", "k8s.namespace.name=shop")];

        AssertNone(() =>
        {
            output.ResetWrittenCount();
            ConnectHeaderWriter.WriteRequest(output, "10.20.0.7:8080", fields);
        });
    }

    private static int WriteFrames(byte[] buffer)
    {
        int written = FrameWriter.WriteDataHeader(buffer, 1, 64, endStream: false) + 64;
        written += FrameWriter.WriteWindowUpdate(buffer.AsSpan(written), 1, 100);
        written += FrameWriter.WritePing(buffer.AsSpan(written), s_opaque, ack: false);
        written += FrameWriter.WriteRstStream(buffer.AsSpan(written), 1, Http2ErrorCode.Cancel);
        written += FrameWriter.WriteSettingsAck(buffer.AsSpan(written));
        written += FrameWriter.WriteDataHeader(buffer.AsSpan(written), 1, 64, endStream: true) + 64;
        return written;
    }

    private static void AssertNone(Action action)
    {
        action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Rounds; i++)
        {
            action();
        }

        // Less than a byte a round leaves room for what the runtime itself may do once, such as tiering.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Rounds - 1);
    }

    private sealed class CountingSink : IHeaderSink
    {
        public int Count { get; private set; }

        public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Count++;
    }
}
