using Hbone.Tunnel.Protocol;

namespace Hbone.Tunnel.Tests.Protocol;

public sealed class WriteTurnTests
{
    [Theory]
    [InlineData(100, 1000, 1000, 16384, 5000, 0, int.MaxValue, 100)] // all of it
    [InlineData(100_000, 200_000, 200_000, 16384, 120_000, 0, int.MaxValue, WriteTurn.MaxPayload)] // our own frame bound
    [InlineData(100_000, 200_000, 200_000, 1_048_576, 120_000, 0, int.MaxValue, WriteTurn.MaxPayload)] // whatever the peer allows
    [InlineData(100_000, 50, 200_000, 16384, 120_000, 0, int.MaxValue, 50)] // stream credit
    [InlineData(100_000, 200_000, 60, 16384, 120_000, 0, int.MaxValue, 60)] // connection credit
    [InlineData(100_000, 200_000, 200_000, 16384, 120_000, 0, 70, 70)] // quota
    [InlineData(100_000, 200_000, 200_000, 16384, 2000, 0, int.MaxValue, 2000)] // room
    [InlineData(100_000, 200_000, 200_000, 16384, 1023, 0, int.MaxValue, 0)] // a cut that small waits for the next buffer
    [InlineData(1000, 200_000, 200_000, 16384, 1000, 0, int.MaxValue, 1000)] // fits exactly, however small the room
    [InlineData(1000, 0, 200_000, 16384, 5000, 0, int.MaxValue, 0)]
    [InlineData(1000, -5, 200_000, 16384, 5000, 0, int.MaxValue, 0)] // negative window after SETTINGS
    [InlineData(1000, 200_000, -1, 16384, 5000, 0, int.MaxValue, 0)]
    [InlineData(1000, 200_000, 200_000, 16384, 5000, 0, -3, 0)] // over quota
    [InlineData(1000, 200_000, 200_000, 16384, -9, 0, int.MaxValue, 0)] // not even a header fits
    [InlineData(16_384, 200_000, 200_000, 16384, 120_000, 0, int.MaxValue, 16_384)] // a write of 16 KiB is one frame
    [InlineData(16_385, 200_000, 200_000, 16384, 120_000, 0, int.MaxValue, WriteTurn.MaxPayload)] // a longer one fills records
    [InlineData(16_384, 200_000, 200_000, 16384, 16_000, 400, int.MaxValue, 16_384)] // the end of a write may use the slack
    [InlineData(16_384, 200_000, 200_000, 16384, 16_000, 300, int.MaxValue, 16_000)] // not if it is not the end
    [InlineData(100, 200_000, 200_000, 16384, -9, 1024, int.MaxValue, 100)]
    [InlineData(100, 200_000, 200_000, 16384, -1000, 1024, int.MaxValue, 0)] // the slack is used up
    [InlineData(0, 200_000, 200_000, 16384, 5000, 0, int.MaxValue, 0)]
    public void Turn_is_the_smallest_of_its_bounds(
        int bytes, int stream, int connection, int frame, int room, int slack, int quota, int expected) =>
        Assert.Equal(expected, WriteTurn.Next(bytes, stream, connection, frame, room, slack, quota));
}
