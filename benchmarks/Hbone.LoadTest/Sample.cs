namespace Hbone.LoadTest;

/// <summary>One measurement of one subject.</summary>
/// <param name="Value">In the unit of its row.</param>
/// <param name="CpuSeconds">Processor time of the process meanwhile; 0 where it does not matter.</param>
internal readonly record struct Sample(double Value, double CpuSeconds = 0);
