namespace Hbone.Conformance.Tests.Model;

/// <summary>The states of RFC 9113 section 5.1 as seen from the engine; closed keeps why.</summary>
internal enum ModelState
{
    Open,
    EndReceived,
    EndSent,
    Ended,
    ResetBySender,
    ResetByReceiver,
}
