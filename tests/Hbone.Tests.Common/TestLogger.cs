using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Hbone.Tests.Common;

/// <summary>Keeps log entries for a test to look at.</summary>
public sealed class TestLogger : ILogger
{
    private readonly ConcurrentQueue<TestLogEntry> _entries = new();

    public IReadOnlyList<TestLogEntry> Entries => [.. _entries];

    /// <summary>Called with each entry, on the thread that logs it.</summary>
    public Action<TestLogEntry>? OnEntry { get; set; }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var values = new Dictionary<string, object?>();
        if (state is IReadOnlyList<KeyValuePair<string, object?>> pairs)
        {
            foreach ((string key, object? value) in pairs)
            {
                values[key] = value;
            }
        }

        var entry = new TestLogEntry(logLevel, eventId.Id, formatter(state, exception), values);
        _entries.Enqueue(entry);
        OnEntry?.Invoke(entry);
    }
}
