using System.Text;
using Hbone.Fuzz.Oracles;

namespace Hbone.Fuzz.Targets;

/// <summary>
/// <see cref="Security.Identity.SpiffeId"/> and <see cref="Security.Identity.TrustDomain"/>: the input is a text, taken as
/// the IA5String of a certificate and as UTF-8.
/// </summary>
/// <remarks>Oracle: <see cref="IdentityOracle"/>.</remarks>
internal sealed class SpiffeIdTarget : IFuzzTarget
{
    public string Name => "spiffe-id";

    public void Run(ReadOnlySpan<byte> input)
    {
        IdentityOracle.Check(Encoding.Latin1.GetString(input));
        if (!Ascii.IsValid(input))
        {
            IdentityOracle.Check(Encoding.UTF8.GetString(input));
        }
    }
}
