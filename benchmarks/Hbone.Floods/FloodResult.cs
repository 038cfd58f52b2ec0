namespace Hbone.Floods;

/// <summary>What a flood did to the server and to somebody else's tunnel meanwhile.</summary>
/// <param name="Connections">Connections the attacker used, one after the other.</param>
/// <param name="Closed">How many of them the server ended.</param>
/// <param name="Slowest">The longest time from the first frame of the flood to the end of its connection.</param>
/// <param name="Code">The code of the server's GOAWAY, as last seen.</param>
/// <param name="Growth">Growth of the server's resident memory, in bytes.</param>
/// <param name="RoundTrips">Round trips of the other tunnel in milliseconds, sorted.</param>
internal sealed record FloodResult(
    int Connections, int Closed, TimeSpan Slowest, string Code, long Growth, double[] RoundTrips)
{
    public double Percentile(double share) => RoundTrips.Length == 0
        ? double.NaN
        : RoundTrips[Math.Min(RoundTrips.Length - 1, (int)(share * RoundTrips.Length))];
}
