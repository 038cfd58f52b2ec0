using System.Buffers;
using Hbone.Framing.Connect;
using Hbone.Framing.Hpack;

namespace Hbone.Framing.Tests;

public sealed class ReadmeSampleTests
{
    [Fact]
    public void Code_of_the_package_readme_does_what_it_says()
    {
        using var console = new StringWriter();

        // snippet:readme
        // Write: a CONNECT request and five bytes of its tunnel.
        var block = new ArrayBufferWriter<byte>();
        ConnectHeaderWriter.WriteRequest(block, "10.20.0.7:8080", [new("baggage", "service.name=cart")]);

        var wire = new ArrayBufferWriter<byte>();
        FrameWriter.WriteHeaders(wire, streamId: 1, block.WrittenSpan, endStream: false, maxFrameSize: 16_384);
        wire.Advance(FrameWriter.WriteDataHeader(wire.GetSpan(9), streamId: 1, payloadLength: 5, endStream: true));
        wire.Write("hello"u8);

        // Read: feed what has come, drop what was consumed, stop when more is needed.
        var reader = new FrameReader();
        var assembler = new HeaderBlockAssembler(maxBlockBytes: 65_536, maxContinuationFrames: 16);
        var decoder = new HpackDecoder();
        var request = new ConnectRequestParser(maxHeaderListBytes: 65_536, maxFields: 100);
        ReadOnlySpan<byte> unread = wire.WrittenSpan;
        while (reader.Read(unread, out int consumed, out FrameEvent frame) is FrameReadStatus.Frame)
        {
            unread = unread[consumed..];
            switch (frame.Header.Type)
            {
                case FrameType.Headers or FrameType.Continuation:
                    if (assembler.TryAppend(frame, out ReadOnlySpan<byte> whole))
                    {
                        request.Reset();
                        decoder.Decode(whole, request);
                        console.WriteLine($"{request.Complete()} {request.Authority}");
                    }

                    break;
                case FrameType.Data:
                    console.WriteLine($"{frame.Payload.Length} bytes, last: {frame.EndStream}");
                    break;
            }
        }
        // end-snippet

        Assert.Equal(
            $"Connect 10.20.0.7:8080{Environment.NewLine}5 bytes, last: True{Environment.NewLine}", console.ToString());
    }
}
