using Hbone.Framing;

namespace Hbone.Tunnel.Protocol;

/// <summary>The peer's SETTINGS as they stand (RFC 9113 section 6.5.2). Immutable; replaced whole.</summary>
internal sealed record PeerSettings
{
    /// <summary>The values that hold before the first SETTINGS frame.</summary>
    internal static readonly PeerSettings Initial = new();

    internal int MaxConcurrentStreams { get; init; } = int.MaxValue;

    internal int InitialWindowSize { get; init; } = 65_535;

    internal int MaxFrameSize { get; init; } = 16_384;

    internal int MaxHeaderListSize { get; init; } = int.MaxValue;

    /// <summary>Applies one SETTINGS frame.</summary>
    /// <exception cref="Http2ProtocolException">A value is out of range.</exception>
    internal PeerSettings Apply(ReadOnlySpan<byte> payload)
    {
        PeerSettings result = this;
        var reader = new SettingsReader(payload);
        while (reader.TryRead(out Setting setting))
        {
            int value = (int)Math.Min(setting.Value, int.MaxValue);
            result = setting.Id switch
            {
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
