using System.Threading.Channels;
using Hbone.Pooling.Ports;

namespace Hbone.Pooling.Tests.Fakes;

/// <summary>Hands every dial to the test.</summary>
internal sealed class FakeDialer : IConnectionDialer
{
    private readonly Channel<FakeDial> _dials = Channel.CreateUnbounded<FakeDial>();
    private int _inFlight;

    /// <summary>The most dials that were in flight at once.</summary>
    public int MostInFlight { get; private set; }

    public int Dials { get; private set; }

    /// <summary>Answers dials by itself when set.</summary>
    public Func<HbonePoolKey, FakeConnection>? Auto { get; set; }

    public async Task<IConnectionPort> DialAsync(HbonePoolKey key, CancellationToken cancellationToken)
    {
        Dials++;
        MostInFlight = Math.Max(MostInFlight, Interlocked.Increment(ref _inFlight));
        try
        {
            if (Auto is { } auto)
            {
                await Task.Yield();
                return auto(key);
            }

            FakeDial dial = new(key);
            _dials.Writer.TryWrite(dial);
            return await dial.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }

    /// <summary>Waits for the next dial.</summary>
    public async Task<FakeDial> NextAsync() => await _dials.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public bool HasNext => _dials.Reader.TryPeek(out _);
}
