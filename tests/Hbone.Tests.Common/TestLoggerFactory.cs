using Microsoft.Extensions.Logging;

namespace Hbone.Tests.Common;

/// <summary>Gives the same <see cref="TestLogger"/> to every category.</summary>
public sealed class TestLoggerFactory : ILoggerFactory
{
    public TestLogger Logger { get; } = new();

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("There is one logger and no provider.");

    public ILogger CreateLogger(string categoryName) => Logger;

    public void Dispose()
    {
    }
}
