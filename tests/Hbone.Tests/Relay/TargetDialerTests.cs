using System.Net;
using System.Net.Sockets;
using Hbone.Framing.Connect;
using Hbone.Relay;
using Microsoft.Extensions.Time.Testing;

namespace Hbone.Tests.Relay;

public sealed class TargetDialerTests
{
    private static readonly IPEndPoint s_elsewhere = new(IPAddress.Parse("192.0.2.1"), 15008);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1", 15008, "127.0.0.1", true)]
    [InlineData("127.0.0.1", 15009, "127.0.0.1", false)]
    [InlineData("127.0.0.2", 15008, "127.0.0.1", false)]
    [InlineData("127.0.0.1", 15008, "0.0.0.0", true)]
    [InlineData("127.0.0.2", 15008, "0.0.0.0", true)]
    [InlineData("::1", 15008, "::", true)]
    [InlineData("127.0.0.1", 15008, "::", true)]
    [InlineData("127.0.0.1", 15008, "::ffff:127.0.0.1", true)]
    [InlineData("192.0.2.77", 15008, "0.0.0.0", false)]
    public void Own_listener_is_recognised(string address, int port, string listening, bool own) =>
        Assert.Equal(
            own, TargetDialer.IsOwn(IPAddress.Parse(address), port, new IPEndPoint(IPAddress.Parse(listening), 15008)));

    [Fact]
    public async Task Connected_socket_has_no_delay_and_keep_alive()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using TargetDialer dialer = new(TimeSpan.FromSeconds(10), 1, TimeProvider.System);

        DialResult result = await dialer.DialAsync(
            ConnectAuthority.Parse(listener.LocalEndPoint!.ToString()!), s_elsewhere, Token);

        using Socket socket = result.Socket!;
        Assert.True(socket.NoDelay);
        Assert.NotEqual(0, (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive)!);
        Assert.Equal(1, dialer.Slots.CurrentCount);
    }

    [Fact]
    public async Task Dial_that_gets_no_slot_in_time_fails_and_says_so()
    {
        FakeTimeProvider time = new();
        using TargetDialer dialer = new(TimeSpan.FromSeconds(10), 1, time);
        await dialer.Slots.WaitAsync(Token);
        Task<DialResult> dial = dialer.DialAsync(ConnectAuthority.Parse("127.0.0.1:1"), s_elsewhere, Token).AsTask();

        time.Advance(TimeSpan.FromSeconds(10));

        DialResult result = await dial;
        Assert.Null(result.Socket);
        Assert.Equal(HboneTunnelRefusalStep.Dial, result.Step);
        Assert.Equal("waiting for a dial slot took more than 10 s", result.Reason);
    }

    [Fact]
    public async Task Dial_that_the_peer_gives_up_is_cancelled()
    {
        using TargetDialer dialer = new(TimeSpan.FromSeconds(10), 1, new FakeTimeProvider());
        await dialer.Slots.WaitAsync(Token);
        using CancellationTokenSource cancel = new();
        Task<DialResult> dial = dialer.DialAsync(ConnectAuthority.Parse("127.0.0.1:1"), s_elsewhere, cancel.Token).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dial);
    }

    [Theory]
    [InlineData("plain:80", "plain:80")]
    [InlineData("a\r\nb:80", "a\\u000d\\u000ab:80")]
    [InlineData("\u001b[31mred", "\\u001b[31mred")]
    [InlineData("café:80", "caf\\u00e9:80")]
    public void Text_of_a_peer_is_fit_for_one_log_line(string text, string expected) =>
        Assert.Equal(expected, PeerText.Escape(text));

    [Fact]
    public void Long_text_of_a_peer_is_cut()
    {
        string escaped = PeerText.Escape(new string('a', 10_000));

        Assert.Equal(new string('a', 300) + "...", escaped);
    }
}
