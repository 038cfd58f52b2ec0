using System.Text;
using Hbone.Framing.Hpack;

namespace Hbone.Framing.Connect;

/// <summary>What request and response parser share: limits, order, regular fields and the first fault.</summary>
/// <remarks>
/// After the first fault or the limit it only ignores: the rest of a hostile block costs one call a field line.
/// Owner: one parser. Threading: not safe for concurrent use. Memory: the fields of the current block, within limits.
/// </remarks>
internal sealed class FieldCollector
{
    /// <summary>What each field line counts beside its bytes (RFC 9113 §6.5.2).</summary>
    public const int FieldOverheadBytes = 32;

    private readonly int _maxFields;
    private readonly int _maxListBytes;
    private List<HeaderField>? _fields;
    private bool _isRegularSeen;
    private long _listBytes;
    private int _count;

    /// <summary>Creates an empty collector.</summary>
    /// <param name="maxListBytes">Largest header list in bytes, at least 1.</param>
    /// <param name="maxFields">Largest number of field lines, pseudo-headers included, at least 1.</param>
    public FieldCollector(int maxListBytes, int maxFields)
    {
        _maxListBytes = maxListBytes;
        _maxFields = maxFields;
    }

    /// <summary>The regular fields in order. A new list for each block: the caller may keep it.</summary>
    public IReadOnlyList<HeaderField> Fields => _fields is null ? [] : _fields;

    /// <summary>The list so far as RFC 9113 §6.5.2 counts it: names, values and 32 bytes for each field line.</summary>
    public long ListBytes => _listBytes;

    /// <summary>The first fault, or <see langword="null"/>.</summary>
    public string? Reason { get; private set; }

    /// <summary>Whether a limit was passed before any fault.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>Starts a new block.</summary>
    public void Reset()
    {
        _fields = null;
        _isRegularSeen = false;
        _listBytes = 0;
        _count = 0;
        Reason = null;
        IsTooLarge = false;
    }

    /// <summary>Notes a fault, unless there was one before.</summary>
    public void Fail(string reason) => Reason ??= reason;

    /// <summary>Counts a field line against the limits.</summary>
    /// <returns>Whether the line is to be looked at.</returns>
    public bool Accept(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Reason is not null || IsTooLarge)
        {
            return false;
        }

        _count++;
        _listBytes += (long)name.Length + value.Length + FieldOverheadBytes;
        IsTooLarge = _count > _maxFields || _listBytes > _maxListBytes;
        return !IsTooLarge;
    }

    /// <summary>Takes a pseudo-header's value.</summary>
    /// <param name="current">The value it has so far; <see langword="null"/> unless it is a duplicate.</param>
    /// <param name="value">The value.</param>
    /// <returns>The value as text, or <paramref name="current"/> after a fault.</returns>
    public string? TakePseudo(string? current, ReadOnlySpan<byte> value)
    {
        if (_isRegularSeen)
        {
            Fail("pseudo-header behind a regular field (RFC 9113 §8.3)");
        }
        else if (current is not null)
        {
            Fail("pseudo-header twice (RFC 9113 §8.3)");
        }
        else if (FieldRules.CheckValue(value) is { } reason)
        {
            Fail(reason);
        }
        else
        {
            return FieldText.GetString(value);
        }

        return current;
    }

    /// <summary>Takes a regular field.</summary>
    /// <returns>Whether it was good.</returns>
    public bool TryAddRegular(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        _isRegularSeen = true;
        if (FieldRules.CheckField(name, value) is { } reason)
        {
            Fail(reason);
            return false;
        }

        _fields ??= [];
        _fields.Add(new HeaderField(FieldText.GetName(name), Encoding.Latin1.GetString(value)));
        return true;
    }
}
