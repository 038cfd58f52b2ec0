using Hbone.Framing;

namespace Hbone.Conformance.Tests.Model;

/// <summary>What the model says that a frame must lead to.</summary>
internal readonly record struct ExpectedOutcome(ExpectedKind Kind, int StreamId = 0, Http2ErrorCode Code = Http2ErrorCode.NoError)
{
    public static ExpectedOutcome Accepted => new(ExpectedKind.Accepted);

    public static ExpectedOutcome Connection(Http2ErrorCode code) => new(ExpectedKind.ConnectionError, 0, code);

    public static ExpectedOutcome Stream(int streamId, Http2ErrorCode code) => new(ExpectedKind.StreamError, streamId, code);
}
