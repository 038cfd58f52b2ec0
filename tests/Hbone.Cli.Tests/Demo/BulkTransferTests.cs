using Hbone.Cli.Demo;
using Hbone.Cli.Errors;
using Hbone.Tests.Common;

namespace Hbone.Cli.Tests.Demo;

public sealed class BulkTransferTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_ends_agree_when_every_byte_arrives()
    {
        await using DuplexStreamPair pair = DuplexStreamPair.Create(bufferBytes: 1024 * 1024);
        long sent = 0;
        Task receiving = BulkReceiver.RunAsync(pair.Server, Cancellation);
        BulkSender sender = new(pair.Client, TimeProvider.System);
        for (int round = 1; round <= 2; round++)
        {
            TimeSpan elapsed = await sender.SendRoundAsync(more => sent += more, Cancellation);
            Assert.True(elapsed > TimeSpan.Zero);
            Assert.Equal(round * BulkSender.RoundBytes, sent);
        }

        await pair.Client.DisposeAsync();
        await receiving;
    }

    [Fact]
    public async Task Transfer_that_ends_within_a_round_fails()
    {
        await using DuplexStreamPair pair = DuplexStreamPair.Create();
        Task receiving = BulkReceiver.RunAsync(pair.Server, Cancellation);
        await pair.Client.WriteAsync(new BulkPattern().Block(0), Cancellation);
        await pair.Client.DisposeAsync();
        CliException error = await Assert.ThrowsAsync<CliException>(() => receiving);
        Assert.Equal(ExitCode.DemoFailed, error.Code);
        Assert.Contains($"{BulkPattern.BlockBytes} bytes", error.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changed_byte_fails_the_receiver()
    {
        await using DuplexStreamPair pair = DuplexStreamPair.Create();
        Task receiving = BulkReceiver.RunAsync(pair.Server, Cancellation);
        await pair.Client.WriteAsync(new byte[100], Cancellation);
        CliException error = await Assert.ThrowsAsync<CliException>(() => receiving);
        Assert.Equal(ExitCode.DemoFailed, error.Code);
    }

    [Fact]
    public async Task Wrong_count_fails_the_sender()
    {
        await using DuplexStreamPair pair = DuplexStreamPair.Create(bufferBytes: (int)BulkSender.RoundBytes * 2);
        await pair.Server.WriteAsync(new byte[8], Cancellation);
        CliException error = await Assert.ThrowsAsync<CliException>(
            () => new BulkSender(pair.Client, TimeProvider.System).SendRoundAsync(static _ => { }, Cancellation));
        Assert.Equal(ExitCode.DemoFailed, error.Code);
    }
}
