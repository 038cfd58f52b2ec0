using System.Diagnostics.CodeAnalysis;
using Hbone.Tunnel.Diagnostics;

namespace Hbone.Tunnel.Engine;

/// <summary>The peer went over a bound of <see cref="HboneLimits"/>: the connection ends with ENHANCE_YOUR_CALM.</summary>
/// <remarks>Thrown in the reader loop, which ends the connection; never leaves the engine.</remarks>
[SuppressMessage("Design", "CA1064", Justification = "It never leaves the engine; callers see HboneException.")]
internal sealed class LimitExceededException : Exception
{
    internal LimitExceededException(ConnectionEndReason end, string limit, string what)
        : base($"{what} ({nameof(HboneLimits)}.{limit})")
    {
        End = end;
        Limit = limit;
    }

    internal ConnectionEndReason End { get; }

    /// <summary>The option whose bound was passed; the metric tag <c>hbone.limit</c>.</summary>
    internal string Limit { get; }
}
