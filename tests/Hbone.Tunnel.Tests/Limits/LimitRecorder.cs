using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Hbone.Tunnel.Tests.Limits;

/// <summary>What an operator would see: which limits were counted and how connections ended.</summary>
internal sealed class LimitRecorder : IDisposable
{
    private readonly ConcurrentQueue<string> _limits = new();
    private readonly ConcurrentQueue<string> _endings = new();
    private readonly MeterListener _listener = new();

    public LimitRecorder()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Hbone" && instrument.Name is "hbone.limits.exceeded" or "hbone.connection.duration")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, _, tags, _) => Note(tags, "hbone.limit", _limits));
        _listener.SetMeasurementEventCallback<double>((_, _, tags, _) => Note(tags, "error.type", _endings));
        _listener.Start();
    }

    /// <summary>The options that were passed, in order.</summary>
    public string[] Limits => [.. _limits];

    /// <summary>The end reasons of connections.</summary>
    public string[] Endings => [.. _endings];

    public void Dispose() => _listener.Dispose();

    private static void Note(ReadOnlySpan<KeyValuePair<string, object?>> tags, string key, ConcurrentQueue<string> target)
    {
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            if (tag.Key == key)
            {
                target.Enqueue((string)tag.Value!);
            }
        }
    }
}
