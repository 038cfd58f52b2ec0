using Hbone.Security.Identity;

namespace Hbone.Security.Svid;

/// <summary>The outcome of <see cref="LeafRules"/>: an identity, or the broken rule.</summary>
internal sealed record LeafVerdict(SpiffeId? Id, PeerAuthenticationError Error, string Step, string Problem, string? Seen);
