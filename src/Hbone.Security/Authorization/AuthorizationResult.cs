namespace Hbone.Security.Authorization;

/// <summary>The verdict on a peer, with its reason. The default value is a refusal.</summary>
public readonly record struct AuthorizationResult
{
    private AuthorizationResult(bool isAllowed, string? reason, string? expected)
    {
        IsAllowed = isAllowed;
        Reason = reason;
        Expected = expected;
    }

    /// <summary>The peer is accepted.</summary>
    public static AuthorizationResult Allow { get; } = new(true, null, null);

    /// <summary>True if the peer is accepted.</summary>
    public bool IsAllowed { get; }

    /// <summary>Why the peer is refused; null if it is accepted.</summary>
    public string? Reason { get; }

    /// <summary>Who would have been accepted; null if it is accepted or cannot be said.</summary>
    public string? Expected { get; }

    /// <summary>The peer is refused.</summary>
    /// <param name="reason">Why, for an engineer.</param>
    /// <param name="expected">Who would have been accepted.</param>
    /// <returns>The verdict.</returns>
    public static AuthorizationResult Deny(string reason, string? expected = null) => new(false, reason, expected);
}
