using Hbone.Security.Identity;

namespace Hbone.Pooling.Ports;

/// <summary>The local SPIFFE id and the generation of the certificate behind it.</summary>
internal readonly record struct LocalIdentity(SpiffeId Id, long Generation);
