namespace Hbone.Framing.Hpack;

/// <summary>A field line as text: lower-case name and value.</summary>
/// <remarks>Values are carried as Latin-1, so each character is one byte of the wire.</remarks>
/// <param name="Name">Field name, lower-case (RFC 9113 §8.2.1).</param>
/// <param name="Value">Field value without leading or trailing white space.</param>
public readonly record struct HeaderField(string Name, string Value);
