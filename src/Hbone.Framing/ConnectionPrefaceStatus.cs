namespace Hbone.Framing;

/// <summary>Result of <see cref="ConnectionPreface.Check"/>.</summary>
public enum ConnectionPrefaceStatus
{
    /// <summary>What came so far is right, but fewer than 24 bytes.</summary>
    NeedMoreData,

    /// <summary>The preface is complete: drop 24 bytes and read frames.</summary>
    Match,

    /// <summary>A byte is wrong: the peer does not speak HTTP/2.</summary>
    Mismatch,
}
