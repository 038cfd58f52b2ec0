namespace Hbone.Fuzz.Tests;

/// <summary>A target that has the fault a run must find.</summary>
internal sealed class FragileTarget : IFuzzTarget
{
    public string Name => "fragile";

    public void Run(ReadOnlySpan<byte> input)
    {
        if (input.Contains((byte)0xBE))
        {
            throw new InvalidOperationException("It broke.");
        }
    }
}
