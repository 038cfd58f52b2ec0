using Hbone.Fuzz.Engine;
using Hbone.Fuzz.Oracles;

namespace Hbone.Fuzz.Targets;

/// <summary>
/// A whole connection engine between a hostile peer and an application: a byte that chooses role and portions, then what
/// the peer sends. The client's preface is put in front unless bit 3 is set.
/// </summary>
/// <remarks>
/// Oracles: the connection and everything the application awaits end once the peer has ended; no unexpected failure is
/// logged or thrown; all the engine writes is well-formed HTTP/2 and within a multiple of what it was sent.
/// </remarks>
internal sealed class EngineTarget : IFuzzTarget
{
    private const byte ClientBit = 1;
    private const byte NoPrefaceBit = 8;

    private static readonly int[] s_portions = [int.MaxValue, 1, 9, 100];

    public string Name => "engine";

    public void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return;
        }

        bool isClient = (input[0] & ClientBit) != 0;
        int portion = s_portions[(input[0] >> 1) & 3];
        byte[] bytes = isClient || (input[0] & NoPrefaceBit) != 0
            ? input[1..].ToArray()
            : [.. Framing.ConnectionPreface.Bytes, .. input[1..]];
        byte[] output = new EngineRun(isClient).PlayAsync(new ScriptedTransport(bytes, portion)).GetAwaiter().GetResult();
        EngineOutput.Check(output, isClient, bytes.Length);
    }
}
