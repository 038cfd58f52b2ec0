namespace Hbone.LoadTest;

/// <summary>What is measured: something that carries byte streams between two ends of one process, over loopback.</summary>
internal interface ISubject : IAsyncDisposable
{
    /// <summary>A new stream: one end and the other.</summary>
    public Task<(Stream Near, Stream Far)> OpenAsync();
}
