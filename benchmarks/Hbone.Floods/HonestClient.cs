using System.Diagnostics;
using Hbone.Tunnel;

namespace Hbone.Floods;

/// <summary>A second client with a tunnel of its own, which sends 64 bytes and waits for them all the time.</summary>
internal sealed class HonestClient : IAsyncDisposable
{
    private readonly HboneClient _client;
    private readonly HboneDestination _destination;
    private readonly List<double> _milliseconds = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _work = Task.CompletedTask;

    public HonestClient(HboneClient client, HboneDestination destination)
    {
        _client = client;
        _destination = destination;
    }

    public async Task StartAsync()
    {
        HboneTunnel tunnel = await _client.ConnectAsync(_destination);
        await RoundTripAsync(tunnel, new byte[64]);
        _work = Task.Run(() => RunAsync(tunnel));
    }

    /// <summary>Stops and gives what was measured, sorted.</summary>
    public async Task<double[]> StopAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _milliseconds.Sort();
        return [.. _milliseconds];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _stop.Dispose();
        await _client.DisposeAsync();
    }

    private async Task RunAsync(HboneTunnel tunnel)
    {
        await using (tunnel)
        {
            byte[] message = new byte[64];
            using PeriodicTimer pace = new(TimeSpan.FromMilliseconds(2));
            while (!_stop.IsCancellationRequested)
            {
                long start = Stopwatch.GetTimestamp();
                await RoundTripAsync(tunnel, message);
                _milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                await pace.WaitForNextTickAsync();
            }
        }
    }

    private static async Task RoundTripAsync(HboneTunnel tunnel, byte[] message)
    {
        await tunnel.WriteAsync(message);
        for (int got = 0; got < message.Length;)
        {
            int read = await tunnel.ReadAsync(message.AsMemory(got));
            got += read > 0 ? read : throw new IOException("The honest tunnel was ended.");
        }
    }
}
