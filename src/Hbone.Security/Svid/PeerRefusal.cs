using System.Text;

namespace Hbone.Security.Svid;

/// <summary>Why a peer was refused: the stable reason, the step, and what was seen beside what was expected.</summary>
/// <remarks>Immutable.</remarks>
public sealed class PeerRefusal
{
    internal PeerRefusal(
        PeerAuthenticationError error,
        string step,
        string problem,
        string? seenIdentity = null,
        string? expectedIdentity = null,
        string? serialNumber = null)
    {
        Error = error;
        Step = step;
        SeenIdentity = seenIdentity;
        ExpectedIdentity = expectedIdentity;
        SerialNumber = serialNumber;
        Problem = problem;
        Message = Compose(problem);
    }

    /// <summary>The stable reason.</summary>
    public PeerAuthenticationError Error { get; }

    /// <summary>The step that refused; the names are those of <see cref="PeerAuthenticationException.Step"/>.</summary>
    public string Step { get; }

    /// <summary>What happened, for an engineer.</summary>
    public string Message { get; }

    /// <summary>The identity the peer presented, escaped for printing; null if it did not get that far.</summary>
    public string? SeenIdentity { get; }

    /// <summary>What would have been accepted; null if that was not what failed.</summary>
    public string? ExpectedIdentity { get; }

    /// <summary>The serial number of the peer's certificate in hexadecimal; null if it could not be read.</summary>
    public string? SerialNumber { get; }

    /// <summary>The broken rule alone, without who and where.</summary>
    internal string Problem { get; }

    /// <summary>Turns the refusal into an exception that carries the same facts.</summary>
    /// <param name="innerException">The exception of the layer below, if any.</param>
    /// <returns>The exception, not thrown.</returns>
    public PeerAuthenticationException ToException(Exception? innerException = null) => new(Error, Message, innerException)
    {
        Step = Step,
        SeenIdentity = SeenIdentity,
        ExpectedIdentity = ExpectedIdentity,
        SerialNumber = SerialNumber,
    };

    /// <summary>Returns the message.</summary>
    /// <returns><see cref="Message"/>.</returns>
    public override string ToString() => Message;

    /// <summary>One sentence that holds up alone in a log: what, who, instead of whom, which certificate, at which step.</summary>
    private string Compose(string problem)
    {
        var text = new StringBuilder("Refused the peer");
        if (SeenIdentity is not null)
        {
            text.Append(" '").Append(SeenIdentity).Append('\'');
        }

        text.Append(": ").Append(problem);
        if (ExpectedIdentity is not null)
        {
            text.Append("; expected ").Append(ExpectedIdentity);
        }

        text.Append(" (step ").Append(Step);
        if (SerialNumber is not null)
        {
            text.Append(", certificate serial ").Append(SerialNumber);
        }

        return text.Append(").").ToString();
    }
}
