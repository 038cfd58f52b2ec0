using Hbone.Framing.Tests.Support;

namespace Hbone.Framing.Tests;

public sealed class SettingsReaderTests
{
    [Fact]
    public void Settings_come_in_wire_order_with_repeats_and_unknown_ids()
    {
        List<Setting> settings = ReadAll(Hex.Bytes("0004 00400000 fff0 00000007 0004 00000001"));

        Assert.Equal(
            [
                new(SettingId.InitialWindowSize, 4_194_304),
                new((SettingId)0xfff0, 7),
                new(SettingId.InitialWindowSize, 1),
            ],
            settings);
    }

    [Fact]
    public void Empty_payload_has_no_settings() => Assert.Empty(ReadAll([]));

    [Theory]
    [InlineData(SettingId.EnablePush, 0u)]
    [InlineData(SettingId.EnablePush, 1u)]
    [InlineData(SettingId.EnableConnectProtocol, 1u)]
    [InlineData(SettingId.InitialWindowSize, 0u)]
    [InlineData(SettingId.InitialWindowSize, 0x7FFFFFFFu)]
    [InlineData(SettingId.MaxFrameSize, 16_384u)]
    [InlineData(SettingId.MaxFrameSize, 16_777_215u)]
    [InlineData(SettingId.HeaderTableSize, uint.MaxValue)]
    [InlineData(SettingId.MaxConcurrentStreams, uint.MaxValue)]
    [InlineData(SettingId.MaxHeaderListSize, uint.MaxValue)]
    public void Value_inside_its_range_is_returned(SettingId id, uint value) =>
        Assert.Equal([new(id, value)], ReadAll(Payload(id, value)));

    [Theory]
    [InlineData(SettingId.EnablePush, 2u, Http2ErrorCode.ProtocolError)]
    [InlineData(SettingId.EnableConnectProtocol, 2u, Http2ErrorCode.ProtocolError)]
    [InlineData(SettingId.InitialWindowSize, 0x80000000u, Http2ErrorCode.FlowControlError)]
    [InlineData(SettingId.MaxFrameSize, 16_383u, Http2ErrorCode.ProtocolError)]
    [InlineData(SettingId.MaxFrameSize, 16_777_216u, Http2ErrorCode.ProtocolError)]
    public void Value_outside_its_range_is_a_connection_error(SettingId id, uint value, Http2ErrorCode code)
    {
        Http2ProtocolException error = Assert.Throws<Http2ProtocolException>(() => ReadAll(Payload(id, value)));

        Assert.Equal(code, error.ErrorCode);
        Assert.Equal(ErrorScope.Connection, error.Scope);
        Assert.Contains(id.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Payload_with_a_rest_is_a_frame_size_error() =>
        Assert.Equal(
            Http2ErrorCode.FrameSizeError,
            Assert.Throws<Http2ProtocolException>(() => ReadAll(Hex.Bytes("0004 00400000 0004"))).ErrorCode);

    private static byte[] Payload(SettingId id, uint value)
    {
        byte[] frame = new byte[FrameWriter.GetSettingsSize(1)];
        FrameWriter.WriteSettings(frame, [new Setting(id, value)]);
        return frame[FrameHeader.Size..];
    }

    private static List<Setting> ReadAll(byte[] payload)
    {
        var settings = new List<Setting>();
        var reader = new SettingsReader(payload);
        while (reader.TryRead(out Setting setting))
        {
            settings.Add(setting);
        }

        return settings;
    }
}
