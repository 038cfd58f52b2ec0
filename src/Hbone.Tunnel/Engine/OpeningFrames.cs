using Hbone.Framing;

namespace Hbone.Tunnel.Engine;

/// <summary>The first bytes of a connection: client preface, SETTINGS, and the WINDOW_UPDATE that raises the connection window.</summary>
internal static class OpeningFrames
{
    private const int DefaultWindow = 65_535;
    private const int DefaultMaxFrame = 16_384;

    /// <summary>Writes the frames (RFC 9113 section 3.4).</summary>
    /// <param name="target">At least 128 bytes.</param>
    /// <param name="isClient">Whether the client preface comes first.</param>
    /// <param name="options">What to announce.</param>
    /// <returns>Bytes written.</returns>
    internal static int Write(Span<byte> target, bool isClient, HboneConnectionOptions options)
    {
        int length = 0;
        Span<Setting> settings = stackalloc Setting[5];
        int count = 0;
        if (isClient)
        {
            ConnectionPreface.Bytes.CopyTo(target);
            length = ConnectionPreface.Bytes.Length;
            settings[count++] = new Setting(SettingId.EnablePush, 0);
        }
        else
        {
            settings[count++] = new Setting(SettingId.MaxConcurrentStreams, (uint)options.MaxConcurrentTunnels);
        }

        settings[count++] = new Setting(SettingId.InitialWindowSize, (uint)options.InitialStreamWindowBytes);
        if (options.MaxFrameBytes != DefaultMaxFrame)
        {
            settings[count++] = new Setting(SettingId.MaxFrameSize, (uint)options.MaxFrameBytes);
        }

        settings[count++] = new Setting(SettingId.MaxHeaderListSize, (uint)options.Limits.MaxHeaderListBytes);
        length += FrameWriter.WriteSettings(target[length..], settings[..count]);
        length += FrameWriter.WriteWindowUpdate(target[length..], 0, options.ConnectionWindowBytes - DefaultWindow);
        return length;
    }
}
