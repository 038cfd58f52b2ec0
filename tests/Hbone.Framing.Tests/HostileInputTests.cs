using FsCheck;
using FsCheck.Xunit;
using Hbone.Framing.Connect;
using Hbone.Framing.Hpack;
using Hbone.Framing.Tests.Support;

namespace Hbone.Framing.Tests;

public sealed class HostileInputTests
{
    [Fact]
    public void Small_block_that_unfolds_to_megabytes_is_too_large_and_costs_no_memory()
    {
        // One entry of almost the whole table, then 10,000 references of a byte each: 40 MB of header list.
        byte[] value = new byte[4_000];
        value.AsSpan().Fill((byte)'a');
        byte[] block = [.. Hex.Bytes("8201 04 613a3830"), 0x40, 0x01, (byte)'x', 0x7F, 0xA1, 0x1E, .. value, .. Enumerable.Repeat((byte)0xBE, 10_000)];
        var decoder = new HpackDecoder();
        var parser = new ConnectRequestParser(16_384, 100);
        decoder.Decode(block, parser);
        parser.Reset();
        long before = GC.GetAllocatedBytesForCurrentThread();

        decoder.Decode(block, parser);

        Assert.Equal(ConnectRequestVerdict.TooLarge, parser.Complete());
        Assert.InRange(parser.Fields.Count, 1, 4);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 * 16_384);
    }

    [Property(MaxTest = 1000)]
    public void Any_bytes_end_in_verdicts_or_in_the_one_exception(byte[] noise, byte[] block, byte flags, PositiveInt[] portions)
    {
        byte[] wire =
        [
            0, 0, (byte)Math.Min(block.Length, 255), (byte)FrameType.Headers, flags, 0, 0, 0, 1,
            .. block.Take(255), .. noise,
        ];
        var reader = new FrameReader();
        var assembler = new HeaderBlockAssembler(1_024, 4);
        var decoder = new HpackDecoder();
        var request = new ConnectRequestParser(1_024, 10);
        int start = 0;
        int end = 0;
        try
        {
            foreach (int portion in portions.Select(portion => portion.Get).Append(wire.Length))
            {
                end = Math.Min(wire.Length, end + portion);
                while (reader.Read(wire.AsSpan(start, end - start), out int consumed, out FrameEvent frame)
                    != FrameReadStatus.NeedMoreData)
                {
                    start += consumed;
                    if (frame.Header.Type is FrameType.Headers or FrameType.Continuation
                        && assembler.TryAppend(frame, out ReadOnlySpan<byte> whole))
                    {
                        request.Reset();
                        decoder.Decode(whole, request);
                        Assert.Equal(
                            request.Complete() == ConnectRequestVerdict.Malformed, request.Reason is not null);
                    }
                }
            }
        }
        catch (Http2ProtocolException e)
        {
            Assert.NotEqual(Http2ErrorCode.NoError, e.ErrorCode);
            Assert.NotEmpty(e.Message);
        }
    }
}
