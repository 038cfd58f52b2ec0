using Microsoft.Extensions.Logging;

namespace Hbone.Interop.Tests.PeerAsClient;

/// <summary>Tells when a server has stopped listening, from what it logs.</summary>
internal sealed class ListenerStoppedSignal : ILoggerFactory, ILogger
{
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Stopped => _stopped.Task;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Name == "ListenerStopped")
        {
            _ = _stopped.TrySetResult();
        }
    }

    public void Dispose()
    {
    }
}
