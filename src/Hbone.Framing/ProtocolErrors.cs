using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Hbone.Framing;

/// <summary>Throw helpers: they keep message building out of the hot methods.</summary>
internal static class ProtocolErrors
{
    [DoesNotReturn]
    public static void Throw(Http2ErrorCode code, string reason) => throw new Http2ProtocolException(code, reason);

    [DoesNotReturn]
    public static void Throw(Http2ErrorCode code, string reason, int streamId) =>
        throw new Http2ProtocolException(code, reason, ErrorScope.Connection, streamId);

    [DoesNotReturn]
    public static void ThrowCompression(string reason) =>
        throw new Http2ProtocolException(Http2ErrorCode.CompressionError, reason);

    [DoesNotReturn]
    public static void ThrowSettingsLength() => Throw(
        Http2ErrorCode.FrameSizeError, "SETTINGS payload is not a multiple of 6 bytes (RFC 9113 §6.5)");

    [DoesNotReturn]
    public static void ThrowSettingValue(Http2ErrorCode code, Setting setting, string rule) => Throw(
        code,
        string.Create(CultureInfo.InvariantCulture, $"setting {setting.Id} is {setting.Value}, {rule} (RFC 9113 §6.5.2)"));
}
