namespace Hbone.Cli.Errors;

/// <summary>What the process returns. The numbers are part of the tool's interface: see docs/cli.md.</summary>
internal enum ExitCode
{
    /// <summary>It did what was asked; a drain after the first signal counts.</summary>
    Success = 0,

    /// <summary>A fault of the tool itself.</summary>
    Internal = 1,

    /// <summary>Flags or arguments that cannot be understood, or that ask for what does not exist (plaintext).</summary>
    Usage = 2,

    /// <summary>The own identity cannot be used: missing file, expired SVID, key that does not match, wrong bundle.</summary>
    Identity = 3,

    /// <summary>The listening address is taken or may not be bound.</summary>
    Listen = 4,

    /// <summary>The HBONE peer could not be reached, or the connection to it was lost.</summary>
    Connection = 5,

    /// <summary>The peer did not prove an expected identity, or it did not accept ours.</summary>
    Peer = 6,

    /// <summary>The peer refused the tunnel: target not allowed or not reachable from there.</summary>
    Target = 7,

    /// <summary>A tunnel that was open ended with a reset.</summary>
    TunnelReset = 8,

    /// <summary>A certificate authority could not be made or used: it exists already, is missing, or is too short-lived.</summary>
    Pki = 9,

    /// <summary>One of the demo's own checks did not hold.</summary>
    DemoFailed = 10,
}
