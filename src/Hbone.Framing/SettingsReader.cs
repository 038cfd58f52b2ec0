using System.Buffers.Binary;

namespace Hbone.Framing;

/// <summary>Enumerates the parameters of a SETTINGS payload and checks the value of each (RFC 9113 §6.5.2).</summary>
/// <remarks>
/// <para>
/// Parameters come in wire order and the same one may come twice: the last value counts, but the effect of each must
/// be applied in turn.
/// </para>
/// <para>Owner: the caller's stack. Threading: not safe for concurrent use. Memory: none of its own.</para>
/// </remarks>
public ref struct SettingsReader
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>Starts at the first parameter.</summary>
    /// <param name="payload">The payload of a SETTINGS frame: <see cref="FrameEvent.Payload"/>.</param>
    public SettingsReader(ReadOnlySpan<byte> payload) => _rest = payload;

    /// <summary>Reads the next parameter.</summary>
    /// <param name="setting">The parameter; unknown identifiers are returned for the caller to ignore.</param>
    /// <returns><see langword="false"/> when none is left.</returns>
    /// <exception cref="Http2ProtocolException">
    /// A value outside its range: FLOW_CONTROL_ERROR for SETTINGS_INITIAL_WINDOW_SIZE, PROTOCOL_ERROR for the others;
    /// FRAME_SIZE_ERROR if the payload is not a multiple of six bytes. Always a connection error.
    /// </exception>
    public bool TryRead(out Setting setting)
    {
        if (_rest.IsEmpty)
        {
            setting = default;
            return false;
        }

        if (_rest.Length < Setting.Size)
        {
            ProtocolErrors.ThrowSettingsLength();
        }

        setting = new Setting(
            (SettingId)BinaryPrimitives.ReadUInt16BigEndian(_rest),
            BinaryPrimitives.ReadUInt32BigEndian(_rest.Slice(2)));
        Validate(setting);
        _rest = _rest.Slice(Setting.Size);
        return true;
    }

    private static void Validate(Setting setting)
    {
        switch (setting.Id)
        {
            case SettingId.EnablePush when setting.Value > 1:
            case SettingId.EnableConnectProtocol when setting.Value > 1:
                ProtocolErrors.ThrowSettingValue(Http2ErrorCode.ProtocolError, setting, "must be 0 or 1");
                break;
            case SettingId.InitialWindowSize when setting.Value > int.MaxValue:
                ProtocolErrors.ThrowSettingValue(Http2ErrorCode.FlowControlError, setting, "must be at most 2147483647");
                break;
            case SettingId.MaxFrameSize when setting.Value is < FrameSizes.MinMaxFrameSize or > FrameHeader.MaxLength:
                ProtocolErrors.ThrowSettingValue(Http2ErrorCode.ProtocolError, setting, "must be 16384 to 16777215");
                break;
        }
    }
}
