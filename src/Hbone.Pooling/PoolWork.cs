using Hbone.Pooling.Ports;

namespace Hbone.Pooling;

/// <summary>What a decision taken inside a gate asks to be done outside of it.</summary>
/// <remarks><b>Threading</b>: filled under the gate, carried out after leaving it, by the same thread.</remarks>
internal struct PoolWork
{
    /// <summary>Start the dial that was just claimed.</summary>
    public bool Dial { get; set; }

    /// <summary>A connection became unused, or a key has nothing left: look after it when the time has come.</summary>
    public bool Arm { get; set; }

    /// <summary>Connections that left the pool and are to be closed.</summary>
    public List<IConnectionPort>? Release { get; private set; }

    public void AddRelease(IConnectionPort port) => (Release ??= []).Add(port);
}
