namespace Hbone.Tests.Common;

/// <summary>Object identifiers that certificate tests spell out.</summary>
public static class TestOids
{
    public const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuth = "1.3.6.1.5.5.7.3.2";
    public const string SubjectAltName = "2.5.29.17";
    public const string NameConstraints = "2.5.29.30";
    public const string Unknown = "1.3.6.1.4.1.55555.1.1";
}
