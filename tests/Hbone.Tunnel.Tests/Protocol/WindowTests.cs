using FsCheck.Xunit;
using Hbone.Tunnel.Protocol;

namespace Hbone.Tunnel.Tests.Protocol;

public sealed class WindowTests
{
    [Fact]
    public void Send_window_goes_negative_when_the_peer_lowers_it()
    {
        var window = new SendWindow(65_535);
        window.Spend(60_000);
        Assert.True(window.TryAdd(-30_000));
        Assert.Equal(-24_465, window.Credit);
    }

    [Fact]
    public void Send_window_refuses_to_exceed_its_maximum_and_stays_as_it_was()
    {
        var window = new SendWindow(int.MaxValue - 10);
        Assert.True(window.TryAdd(10));
        Assert.False(window.TryAdd(1));
        Assert.Equal(int.MaxValue, window.Credit);
    }

    [Fact]
    public void Receive_window_admits_what_was_granted_and_not_a_byte_more()
    {
        var window = new ReceiveWindow(1000);
        Assert.True(window.TryReceive(1000));
        Assert.False(window.TryReceive(1));
    }

    [Fact]
    public void Receive_window_gives_credit_back_in_halves()
    {
        var window = new ReceiveWindow(1000);
        Assert.True(window.TryReceive(600));
        Assert.Equal(0, window.Return(499));
        Assert.Equal(500, window.Return(1));
        Assert.True(window.TryReceive(900));
        Assert.False(window.TryReceive(1));
    }

    [Property]
    public bool Receive_window_conserves_credit(ushort[] steps)
    {
        const int Size = 100_000;
        var window = new ReceiveWindow(Size);
        int held = 0;
        foreach (ushort step in steps)
        {
            int receive = Math.Min((int)step, window.Available);
            if (!window.TryReceive(receive))
            {
                return false;
            }

            held += receive;
            int consume = held / 2;
            held -= consume;
            window.Return(consume);
            if (window.Available + window.Unreturned + held != Size)
            {
                return false;
            }
        }

        return true;
    }
}
