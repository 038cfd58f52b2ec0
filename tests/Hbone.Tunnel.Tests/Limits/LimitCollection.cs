namespace Hbone.Tunnel.Tests.Limits;

/// <summary>Tests that listen to the process-wide meter: they run alone, so that what they hear is their own.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class LimitCollection
{
    public const string Name = "limits";
}
