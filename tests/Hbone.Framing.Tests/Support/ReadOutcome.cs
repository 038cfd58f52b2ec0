namespace Hbone.Framing.Tests.Support;

/// <summary>All frames of an input, the connection error that ended it, and what was left unread.</summary>
internal sealed record ReadOutcome(IReadOnlyList<RecordedFrame> Frames, Http2ProtocolException? Error, int Unread)
{
    public RecordedFrame Single()
    {
        Assert.Null(Error);
        Assert.Equal(0, Unread);
        return Assert.Single(Frames);
    }
}
