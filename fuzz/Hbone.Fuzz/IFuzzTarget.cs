namespace Hbone.Fuzz;

/// <summary>A piece of the library that reads what a stranger sent, with the oracles that judge what it makes of it.</summary>
internal interface IFuzzTarget
{
    /// <summary>Name on the command line and of the corpus folder.</summary>
    public string Name { get; }

    /// <summary>
    /// Reads one input. Any exception is a finding: the target catches those the library documents and throws
    /// <see cref="FindingException"/> where an oracle disagrees. Independent of all inputs before.
    /// </summary>
    public void Run(ReadOnlySpan<byte> input);
}
