using System.Diagnostics.CodeAnalysis;
using Hbone.Security.Identity;

namespace Hbone.Security.Svid;

/// <summary>The outcome of a verification: a proven identity or a refusal, never both, never neither.</summary>
/// <remarks>Immutable.</remarks>
public sealed class SvidVerificationResult
{
    internal SvidVerificationResult(PeerIdentity peer) => Peer = peer;

    internal SvidVerificationResult(PeerRefusal refusal) => Refusal = refusal;

    /// <summary>True if the certificate passed every rule.</summary>
    [MemberNotNullWhen(true, nameof(Peer))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsValid => Peer is not null;

    /// <summary>The proven identity, or null.</summary>
    public PeerIdentity? Peer { get; }

    /// <summary>Why the certificate was refused, or null.</summary>
    public PeerRefusal? Refusal { get; }
}
