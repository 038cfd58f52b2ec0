using System.Buffers;
using System.Text;
using FsCheck.Xunit;
using Hbone.Framing.Hpack;
using Hbone.Framing.Tests.Support;

namespace Hbone.Framing.Tests.Hpack;

public sealed class HpackProperties
{
    [Property(MaxTest = 300)]
    public void Encoded_field_lines_decode_to_themselves(byte[][] names, byte[][] values)
    {
        var output = new ArrayBufferWriter<byte>();
        var expected = new List<string>();
        foreach ((byte[] name, byte[] value) in names.Zip(values))
        {
            HpackEncoder.WriteHeader(output, name, value);
            expected.Add($"{Encoding.Latin1.GetString(name)}: {Encoding.Latin1.GetString(value)}");
        }

        Assert.Equal(expected, HeaderRecorder.Decode(new HpackDecoder(), output.WrittenSpan.ToArray()));
    }

    [Property(MaxTest = 200)]
    public void Decoder_keeps_in_step_with_an_indexing_encoder(int seed, byte tableSize)
    {
        var random = new Random(seed);
        var decoder = new HpackDecoder();
        var encoder = new IndexingEncoder(4_096);
        for (int block = 0; block < 20; block++)
        {
            var output = new ArrayBufferWriter<byte>();
            var expected = new List<string>();
            if (random.Next(8) == 0)
            {
                encoder.Resize(output, tableSize * random.Next(17));
            }

            for (int line = random.Next(12); line > 0; line--)
            {
                // Few names and values, so that entries are hit again; lengths differ widely, so that they move.
                string name = "name-" + random.Next(6);
                string value = new((char)('a' + random.Next(26)), random.Next(5) * random.Next(60));
                encoder.Write(output, name, value, random.Next(1000));
                expected.Add($"{name}: {value}");
            }

            Assert.Equal(expected, HeaderRecorder.Decode(decoder, output.WrittenSpan.ToArray()));
            Assert.Equal(encoder.Size, decoder.Table.Size);
            Assert.Equal(encoder.Count, decoder.Table.Count);
        }
    }

    [Property(MaxTest = 2000)]
    public void Any_block_is_decoded_or_a_compression_error(byte[] block)
    {
        var decoder = new HpackDecoder();
        try
        {
            HeaderRecorder.Decode(decoder, block);
        }
        catch (Http2ProtocolException e)
        {
            Assert.Equal(Http2ErrorCode.CompressionError, e.ErrorCode);
        }

        Assert.InRange(decoder.Table.Size, 0, 4_096);
    }
}
