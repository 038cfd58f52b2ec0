using BenchmarkDotNet.Attributes;
using Hbone.Security.Identity;

namespace Hbone.Benchmarks.Security;

/// <summary>Parsing of an identity, which happens once a handshake, and comparison, which happens at each pool lookup.</summary>
[MemoryDiagnoser]
public class SpiffeIdBenchmarks
{
    private const string Text = "spiffe://cluster.local/ns/default/sa/cart";

    private readonly SpiffeId _left = SpiffeId.Parse(Text);

    // Another string object, so that the comparison has to look at the characters.
    private readonly SpiffeId _right = SpiffeId.Parse(new string(Text.AsSpan()));

    [Benchmark]
    public SpiffeId Parse() => SpiffeId.Parse(Text);

    [Benchmark]
    public bool RejectMalformed() => SpiffeId.TryParse("spiffe://Cluster.Local/ns//cart", out _, out _);

    [Benchmark]
    public bool CompareEqual() => _left.Equals(_right);

    [Benchmark]
    public int Hash() => _left.GetHashCode();
}
