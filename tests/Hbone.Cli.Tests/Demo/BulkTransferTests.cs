using Hbone.Cli.Demo;
using Hbone.Cli.Errors;
using Hbone.Tests.Common;

namespace Hbone.Cli.Tests.Demo;

public sealed class BulkTransferTests
{
    private const long Total = 32 * BulkPattern.BlockBytes;

    [Fact]
    public async Task Both_ends_agree_when_every_byte_arrives()
    {
        await using DuplexStreamPair pair = DuplexStreamPair.Create();
        long last = 0;
        Task receiving = BulkTransfer.ReceiveAsync(pair.Server, Total, TestContext.Current.CancellationToken);
        TimeSpan elapsed = await BulkTransfer.SendAsync(
            pair.Client, Total, sent => last = sent, TimeProvider.System, TestContext.Current.CancellationToken);
        await receiving;
        Assert.Equal(Total, last);
        Assert.True(elapsed > TimeSpan.Zero);
    }

    [Fact]
    public async Task Transfer_that_ends_early_fails()
    {
        await using DuplexStreamPair pair = DuplexStreamPair.Create();
        Task receiving = BulkTransfer.ReceiveAsync(pair.Server, Total, TestContext.Current.CancellationToken);
        await pair.Client.WriteAsync(new BulkPattern().Block(0), TestContext.Current.CancellationToken);
        await pair.Client.DisposeAsync();
        CliException error = await Assert.ThrowsAsync<CliException>(() => receiving);
        Assert.Equal(ExitCode.DemoFailed, error.Code);
        Assert.Contains($"{BulkPattern.BlockBytes} of {Total}", error.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changed_byte_fails_the_receiver()
    {
        await using DuplexStreamPair pair = DuplexStreamPair.Create();
        Task receiving = BulkTransfer.ReceiveAsync(pair.Server, Total, TestContext.Current.CancellationToken);
        await pair.Client.WriteAsync(new byte[100], TestContext.Current.CancellationToken);
        CliException error = await Assert.ThrowsAsync<CliException>(() => receiving);
        Assert.Equal(ExitCode.DemoFailed, error.Code);
    }

    [Fact]
    public async Task Wrong_count_fails_the_sender()
    {
        await using DuplexStreamPair pair = DuplexStreamPair.Create(bufferBytes: (int)Total * 2);
        await pair.Server.WriteAsync(new byte[8], TestContext.Current.CancellationToken);
        CliException error = await Assert.ThrowsAsync<CliException>(() => BulkTransfer.SendAsync(
            pair.Client, Total, static _ => { }, TimeProvider.System, TestContext.Current.CancellationToken));
        Assert.Equal(ExitCode.DemoFailed, error.Code);
    }
}
