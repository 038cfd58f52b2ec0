using Hbone.Framing;
using Hbone.Tests.Common.Wire;

namespace Hbone.Tunnel.Tests.Limits;

/// <summary>Frames that are legal and useless, the option that bounds them, and how the connection ends.</summary>
/// <param name="Limit">The option of <see cref="HboneLimits"/>.</param>
/// <param name="Ending">The connection's end reason.</param>
/// <param name="Spent">Frames that the handshake and the probe of the test have taken out of the budget.</param>
/// <param name="Set">Sets the option.</param>
/// <param name="SendAsync">Sends the n-th frame of the flood.</param>
public sealed record Flood(
    string Limit, string Ending, int Spent, Action<HboneLimits, int> Set, Func<ScriptedPeer, int, Task> SendAsync)
{
    /// <summary>Floods that either role can start, with no tunnel open.</summary>
    public static IReadOnlyDictionary<string, Flood> All { get; } = new Dictionary<string, Flood>
    {
        ["PING"] = new(
            nameof(HboneLimits.MaxPingsPerTenSeconds),
            "PingFlood",
            1,
            (limits, value) => limits.MaxPingsPerTenSeconds = value,
            (peer, _) => peer.SendPingAsync(new byte[8])),
        ["PING acknowledgement nobody waits for"] = new(
            nameof(HboneLimits.MaxPingsPerTenSeconds),
            "PingFlood",
            1,
            (limits, value) => limits.MaxPingsPerTenSeconds = value,
            (peer, _) => peer.SendPingAsync(new byte[8], ack: true)),
        ["SETTINGS"] = new(
            nameof(HboneLimits.MaxSettingsFramesPerTenSeconds),
            "SettingsFlood",
            2,
            (limits, value) => limits.MaxSettingsFramesPerTenSeconds = value,
            (peer, _) => peer.SendSettingsAsync()),
        ["SETTINGS acknowledgement"] = new(
            nameof(HboneLimits.MaxSettingsFramesPerTenSeconds),
            "SettingsFlood",
            2,
            (limits, value) => limits.MaxSettingsFramesPerTenSeconds = value,
            (peer, _) => peer.SendFrameAsync(FrameType.Settings, FrameFlags.Ack, 0, [])),
        ["PRIORITY"] = new(
            nameof(HboneLimits.MaxPriorityFramesPerTunnel),
            "PriorityFlood",
            0,
            (limits, value) => limits.MaxPriorityFramesPerTunnel = value,
            (peer, i) => peer.SendFrameAsync(FrameType.Priority, FrameFlags.None, (2 * i) + 1, [0, 0, 0, 0, 16])),
        ["unknown type"] = new(
            nameof(HboneLimits.MaxUnknownFramesPerTenSeconds),
            "UnknownFrameFlood",
            0,
            (limits, value) => limits.MaxUnknownFramesPerTenSeconds = value,
            (peer, i) => peer.SendFrameAsync((FrameType)(0x20 + (i % 100)), FrameFlags.None, i % 7, new byte[i % 50])),
        ["WINDOW_UPDATE without DATA"] = new(
            nameof(HboneLimits.MaxWindowUpdatesPerDataFrame),
            "WindowUpdateFlood",
            0,
            (limits, value) => limits.MaxWindowUpdateBurst = value,
            (peer, _) => peer.SendWindowUpdateAsync(0, 1)),
        ["WINDOW_UPDATE while idle"] = new(
            nameof(HboneLimits.MaxIdleWindowUpdatesPerSecond),
            "WindowUpdateFlood",
            0,
            (limits, value) =>
            {
                limits.MaxWindowUpdateBurst = 100_000;
                limits.MaxIdleWindowUpdatesPerSecond = value;
            },
            (peer, _) => peer.SendWindowUpdateAsync(0, 1)),
    };

    public static TheoryData<string, bool> Cases()
    {
        var cases = new TheoryData<string, bool>();
        foreach (string name in All.Keys)
        {
            cases.Add(name, true);
            cases.Add(name, false);
        }

        return cases;
    }
}
