using Microsoft.Extensions.Logging;

namespace Hbone.Tests.Common;

/// <summary>One log entry: level, event id, text, and the values by name.</summary>
public sealed record TestLogEntry(LogLevel Level, int EventId, string Message, IReadOnlyDictionary<string, object?> Values);
