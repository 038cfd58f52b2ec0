namespace Hbone.Conformance.Tests;

/// <summary>Whom a clause binds; <see cref="None"/> for one about bytes alone, such as HPACK.</summary>
[Flags]
public enum Roles
{
    None = 0,
    Client = 1,
    Server = 2,
    Both = Client | Server,
}
