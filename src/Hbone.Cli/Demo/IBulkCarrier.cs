namespace Hbone.Cli.Demo;

/// <summary>What a bulk transfer runs over: a tunnel, or a bare SslStream.</summary>
internal interface IBulkCarrier : IAsyncDisposable
{
    /// <summary>Its name in machine-readable output.</summary>
    public string Name { get; }

    /// <summary>Sends one round; see <see cref="BulkSender.SendRoundAsync"/>.</summary>
    public Task<TimeSpan> SendRoundAsync(Action<long> sent, CancellationToken cancellationToken);

    /// <summary>Ends the stream and waits until the receiver saw the end in its right place.</summary>
    public Task FinishAsync(CancellationToken cancellationToken);
}
