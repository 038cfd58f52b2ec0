using Hbone.Framing;

namespace Hbone.Tunnel.Protocol;

/// <summary>The peer's SETTINGS as they stand (RFC 9113 section 6.5.2). Immutable; replaced whole.</summary>
internal sealed record PeerSettings
{
    internal const int DefaultHeaderTableSize = 4096;

    /// <summary>The values that hold before the first SETTINGS frame.</summary>
    internal static readonly PeerSettings Initial = new();

    internal int MaxConcurrentStreams { get; init; } = int.MaxValue;

    internal int InitialWindowSize { get; init; } = 65_535;

    internal int MaxFrameSize { get; init; } = 16_384;

    internal int MaxHeaderListSize { get; init; } = int.MaxValue;

    /// <summary>The least SETTINGS_HEADER_TABLE_SIZE so far; our encoder must tell that it obeys (section 4.3.1).</summary>
    internal int LeastHeaderTableSize { get; init; } = DefaultHeaderTableSize;

    /// <summary>Applies one SETTINGS frame.</summary>
    /// <exception cref="Http2ProtocolException">A value is out of range, or a server's ENABLE_PUSH is not 0.</exception>
    internal PeerSettings Apply(ReadOnlySpan<byte> payload, bool isClient)
    {
        PeerSettings result = this;
        var reader = new SettingsReader(payload);
        while (reader.TryRead(out Setting setting))
        {
            int value = (int)Math.Min(setting.Value, int.MaxValue);
            if (isClient && setting is { Id: SettingId.EnablePush, Value: not 0 })
            {
                throw new Http2ProtocolException(Http2ErrorCode.ProtocolError, "a server may not set SETTINGS_ENABLE_PUSH to 1");
            }

            result = setting.Id switch
            {
                SettingId.HeaderTableSize => result with { LeastHeaderTableSize = Math.Min(result.LeastHeaderTableSize, value) },
                SettingId.MaxConcurrentStreams => result with { MaxConcurrentStreams = value },
                SettingId.InitialWindowSize => result with { InitialWindowSize = value },
                SettingId.MaxFrameSize => result with { MaxFrameSize = value },
                SettingId.MaxHeaderListSize => result with { MaxHeaderListSize = value },
                _ => result,
            };
        }

        return result;
    }
}
