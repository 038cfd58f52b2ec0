namespace Hbone.Floods;

/// <summary>One way to waste a server's work.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="MustClose">Whether the server has to end the connection; otherwise it has to bear it.</param>
/// <param name="ReadsAnswers">Whether the attacker takes what the server sends.</param>
/// <param name="Chunks">The bytes to send after the handshake, without end; asked for one chunk at a time.</param>
internal sealed record Flood(string Name, bool MustClose, bool ReadsAnswers, Func<Targets, IEnumerable<byte[]>> Chunks);
