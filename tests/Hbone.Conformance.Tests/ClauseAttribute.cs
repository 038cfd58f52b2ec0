using Xunit.v3;

namespace Hbone.Conformance.Tests;

/// <summary>The clause that a test holds the engine to, such as <c>9113-6.9.1</c>, and the role in which it does.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class ClauseAttribute(string id, Roles roles) : Attribute, ITraitAttribute
{
    /// <summary>The number of the RFC, a hyphen, the section.</summary>
    public string Id { get; } = id;

    /// <summary>The roles of the engine under test.</summary>
    public Roles Roles { get; } = roles;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Clause", Id)];
}
