using Hbone.Framing;
using Hbone.Tests.Common;
using Hbone.Tests.Common.Wire;
using Hbone.Tunnel.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace Hbone.Tunnel.Tests.Limits;

/// <summary>A peer decides how many errors it makes, not how many lines the log gets.</summary>
public sealed class LogLimitTests
{
    [Fact]
    public async Task Stream_errors_of_a_connection_are_logged_ten_at_once_and_the_rest_counted()
    {
        var time = new FakeTimeProvider();
        using var loggers = new TestLoggerFactory();
        await using ScriptedPeer peer = ScriptedPeer.CreateLogged(
            isClient: false, new HboneConnectionOptions { TimeProvider = time }, loggers);
        await peer.SendRawAsync(ConnectionPreface.Bytes.ToArray());
        await peer.HandshakeAsync();
        for (int i = 0; i < 50; i++)
        {
            await MalformedAsync(i);
        }

        await LimitAssert.AliveAsync(peer);
        Assert.Equal(10, Count(HboneEventIds.StreamError));
        Assert.Equal(0, Count(HboneEventIds.StreamErrorsNotLogged));

        time.Advance(TimeSpan.FromSeconds(1));
        await MalformedAsync(50);
        await LimitAssert.AliveAsync(peer);
        Assert.Equal(11, Count(HboneEventIds.StreamError));
        TestLogEntry summary = Assert.Single(loggers.Logger.Entries, entry => entry.EventId == HboneEventIds.StreamErrorsNotLogged);
        Assert.Equal(40L, summary.Values["Count"]);

        int Count(int id) => loggers.Logger.Entries.Count(entry => entry.EventId == id);

        Task MalformedAsync(int i) => peer.SendFieldsAsync((2 * i) + 1, endStream: false, (":method", "CONNECT"));
    }
}
