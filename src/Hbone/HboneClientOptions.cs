using Hbone.Pooling;

namespace Hbone;

/// <summary>Settings of an <see cref="HboneClient"/>. Copied by its constructor; later changes have no effect.</summary>
public sealed class HboneClientOptions
{
    private HbonePoolOptions _pool = new();
    private TimeSpan _drainTimeout = TimeSpan.FromSeconds(20);

    /// <summary>The connection pool and, below it, how connections are dialled.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public HbonePoolOptions Pool
    {
        get => _pool;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _pool = value;
        }
    }

    /// <summary>
    /// How long tunnels may go on after <see cref="HboneClient.ShutdownAsync"/> before they are cut; 0 to 24 h; default
    /// 20 s, below the usual 30 s of a host.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public TimeSpan DrainTimeout
    {
        get => _drainTimeout;
        set => _drainTimeout = OptionRange.Check(value, TimeSpan.Zero, TimeSpan.FromHours(24));
    }
}
