using Microsoft.Extensions.Logging;

namespace Hbone.Fuzz.Engine;

/// <summary>Keeps the first thing an engine logs as its own failure; all else is a peer's doing.</summary>
internal sealed class FailureLog : ILoggerFactory, ILogger
{
    private string? _failure;

    /// <summary>The failure, or null.</summary>
    public string? Failure => Volatile.Read(ref _failure);

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Interlocked.CompareExchange(ref _failure, $"{formatter(state, exception)}: {exception}", null);
        }
    }

    public void Dispose()
    {
    }
}
