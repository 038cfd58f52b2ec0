using Hbone.Framing;
using Hbone.Tests.Common.Wire;

namespace Hbone.Tunnel.Tests.Engine;

/// <summary>Which thread sends, as far as a caller can tell: by what is complete when its call returns.</summary>
public sealed class SendingThreadTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Long_write_is_sent_by_its_caller_and_complete_at_once()
    {
        var options = new HboneConnectionOptions { InitialStreamWindowBytes = 1 << 20 };
        await using EnginePair pair = await TestConnections.CreatePairAsync(options, options, bufferBytes: 4 << 20);
        (HboneTunnel near, HboneTunnel far) = await pair.OpenAsync();
        byte[] bytes = new byte[500_000];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)(i * 31);
        }

        ValueTask write = near.WriteAsync(bytes, Token);
        Assert.True(write.IsCompletedSuccessfully);
        await write;
        byte[] received = new byte[bytes.Length];
        await far.AsStream().ReadExactlyAsync(received, Token);
        Assert.Equal(bytes, received);
    }

    [Fact]
    public async Task Write_without_credit_leaves_the_caller_and_completes_with_the_credit()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync();
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        Task write = tunnel.WriteAsync(new byte[100_000], Token).AsTask();
        Assert.False(write.IsCompleted);
        await ExpectPayloadAsync(peer, 65_535);
        await peer.SendWindowUpdateAsync(0, 200_000);
        await peer.SendWindowUpdateAsync(1, 200_000);
        await ExpectPayloadAsync(peer, 100_000 - 65_535);
        await write.WaitAsync(TimeSpan.FromSeconds(20), Token);

        // And the next one is complete at once again.
        ValueTask next = tunnel.WriteAsync(new byte[64 * 1024], Token);
        Assert.True(next.IsCompletedSuccessfully);
        await next;
    }

    [Fact]
    public async Task Write_that_fails_while_its_caller_sends_throws()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync();
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        Task write = tunnel.WriteAsync(new byte[100_000], Token).AsTask();
        await ExpectPayloadAsync(peer, 65_535);
        await peer.SendRstAsync(1, Http2ErrorCode.InternalError);
        HboneException error = await Assert.ThrowsAsync<HboneException>(() => write.WaitAsync(TimeSpan.FromSeconds(20), Token));
        Assert.Equal(HboneError.StreamReset, error.Error);
        await Assert.ThrowsAsync<HboneException>(async () => await tunnel.WriteAsync(new byte[1], Token));
    }

    [Fact]
    public async Task Small_writes_that_nobody_answers_all_arrive()
    {
        await using EnginePair pair = await TestConnections.CreatePairAsync();
        (HboneTunnel near, HboneTunnel far) = await pair.OpenAsync();
        byte[] sent = new byte[200_000];
        for (int i = 0; i < sent.Length; i++)
        {
            sent[i] = (byte)(i % 251);
        }

        Task writing = Task.Run(
            async () =>
            {
                for (int start = 0; start < sent.Length; start += 100)
                {
                    await near.WriteAsync(sent.AsMemory(start, 100), Token);
                }

                await near.CompleteWritesAsync(Token);
            },
            Token);
        byte[] received = new byte[sent.Length];
        await far.AsStream().ReadExactlyAsync(received, Token);
        Assert.Equal(0, await far.ReadAsync(new byte[1], Token));
        await writing;
        Assert.Equal(sent, received);
    }

    private static async Task ExpectPayloadAsync(ScriptedPeer peer, int bytes)
    {
        while (bytes > 0)
        {
            bytes -= (await peer.ExpectAsync(FrameType.Data)).Payload.Length;
        }

        Assert.Equal(0, bytes);
    }
}
