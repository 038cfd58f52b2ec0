namespace Hbone.Conformance.Tests.Model;

/// <summary>The three fates of a frame.</summary>
internal enum ExpectedKind
{
    Accepted,
    StreamError,
    ConnectionError,
}
