namespace Hbone.Fuzz;

/// <summary>An oracle disagrees with what the library did.</summary>
internal sealed class FindingException(string message) : Exception(message);
