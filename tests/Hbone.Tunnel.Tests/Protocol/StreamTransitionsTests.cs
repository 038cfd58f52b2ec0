using Hbone.Tunnel.Protocol;

namespace Hbone.Tunnel.Tests.Protocol;

public sealed class StreamTransitionsTests
{
    private static readonly StreamState[] s_all = Enum.GetValues<StreamState>();

    [Fact]
    public void Table_of_section_5_1_holds_for_every_state()
    {
        StreamState[] afterSend = [StreamState.HalfClosedLocal, StreamState.HalfClosedLocal, StreamState.Closed, StreamState.Closed];
        StreamState[] afterReceive = [StreamState.HalfClosedRemote, StreamState.Closed, StreamState.HalfClosedRemote, StreamState.Closed];
        bool[] canSend = [true, false, true, false];
        bool[] canReceive = [true, true, false, false];
        Assert.Equal(afterSend, s_all.Select(StreamTransitions.SendEnd));
        Assert.Equal(afterReceive, s_all.Select(StreamTransitions.ReceiveEnd));
        Assert.Equal(canSend, s_all.Select(StreamTransitions.CanSend));
        Assert.Equal(canReceive, s_all.Select(StreamTransitions.CanReceive));
    }
}
