namespace Hbone.Conformance.Tests.Model;

/// <summary>What happens to one tunnel of a chaos run, and what its two ends saw of it.</summary>
internal sealed class ChaosPlan
{
    private static readonly byte[] s_pattern = CreatePattern();

    public ChaosPlan(int index, Random random)
    {
        Index = index;
        BytesUp = Length(random);
        BytesDown = Length(random);
        ClientResetsAfter = random.Next(6) == 0 ? random.Next(BytesUp + 1) : int.MaxValue;
        ServerResetsAfter = random.Next(6) == 0 ? random.Next(BytesDown + 1) : int.MaxValue;
        WriteBytes = 1 + random.Next(20_000);
        ReadBytes = 1 + random.Next(20_000);
        WaitsForEnd = random.Next(3) == 0;
    }

    public int Index { get; }

    public int BytesUp { get; }

    public int BytesDown { get; }

    /// <summary>Bytes sent by the end before it resets; <see cref="int.MaxValue"/> for never.</summary>
    public int ClientResetsAfter { get; }

    public int ServerResetsAfter { get; }

    public int WriteBytes { get; }

    public int ReadBytes { get; }

    /// <summary>The server sends only after the client has ended its half, over a stream that is half-closed then.</summary>
    public bool WaitsForEnd { get; }

    public bool HasReset => ClientResetsAfter != int.MaxValue || ServerResetsAfter != int.MaxValue;

    /// <summary>The bytes of a direction: no two stretches of it are alike.</summary>
    public ReadOnlyMemory<byte> Payload(bool up) => s_pattern.AsMemory((Index * 31) + (up ? 0 : 7), up ? BytesUp : BytesDown);

    private static int Length(Random random) => random.Next(3) switch
    {
        0 => random.Next(100),
        1 => random.Next(20_000),
        _ => random.Next(200_000),
    };

    private static byte[] CreatePattern()
    {
        byte[] pattern = new byte[300_000];
        new Random(42).NextBytes(pattern);
        return pattern;
    }
}
