using System.Diagnostics.CodeAnalysis;

namespace Hbone.Framing;

/// <summary>Identifiers of SETTINGS parameters (RFC 9113 §6.5.2, RFC 8441 §3).</summary>
/// <remarks>Other values are extensions and are ignored by the receiver.</remarks>
[SuppressMessage("Design", "CA1027:Mark enums with FlagsAttribute", Justification = "Identifiers, not bits.")]
public enum SettingId : ushort
{
    /// <summary>Not a setting: value 0 is reserved.</summary>
    None = 0x0,

    /// <summary>SETTINGS_HEADER_TABLE_SIZE in bytes; 4,096 unless sent.</summary>
    HeaderTableSize = 0x1,

    /// <summary>SETTINGS_ENABLE_PUSH, 0 or 1; 1 unless sent.</summary>
    EnablePush = 0x2,

    /// <summary>SETTINGS_MAX_CONCURRENT_STREAMS; unlimited unless sent.</summary>
    MaxConcurrentStreams = 0x3,

    /// <summary>SETTINGS_INITIAL_WINDOW_SIZE in bytes, at most 2^31-1; 65,535 unless sent.</summary>
    InitialWindowSize = 0x4,

    /// <summary>SETTINGS_MAX_FRAME_SIZE in bytes, 16,384 to 16,777,215; 16,384 unless sent.</summary>
    MaxFrameSize = 0x5,

    /// <summary>SETTINGS_MAX_HEADER_LIST_SIZE in bytes (name + value + 32 each); unlimited unless sent.</summary>
    MaxHeaderListSize = 0x6,

    /// <summary>SETTINGS_ENABLE_CONNECT_PROTOCOL (RFC 8441), 0 or 1; 0 unless sent.</summary>
    EnableConnectProtocol = 0x8,
}
