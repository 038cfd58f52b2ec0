using Hbone.Framing.Hpack;

namespace Hbone.Framing.Connect;

/// <summary>
/// Header sink that judges the field block of a response to CONNECT (RFC 9113 §8.1–8.3, RFC 9110 §9.3.6).
/// </summary>
/// <remarks>
/// <para>Use: <see cref="Reset"/>, <see cref="HpackDecoder.Decode{TSink}"/>, <see cref="Complete"/>.</para>
/// <para>
/// Owner: one connection's reader loop. Threading: not safe for concurrent use. Memory: texts of the last block, within
/// the limits.
/// </para>
/// </remarks>
public sealed class ConnectResponseParser : IHeaderSink
{
    private readonly FieldCollector _collector;
    private IReadOnlyList<HeaderField>? _fieldsOfTunnel;

    /// <summary>Creates a parser, ready for the first block.</summary>
    /// <param name="maxHeaderListBytes">Value of <see cref="MaxHeaderListBytes"/>, at least 1.</param>
    /// <param name="maxFields">Value of <see cref="MaxFields"/>, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is outside its range.</exception>
    public ConnectResponseParser(int maxHeaderListBytes, int maxFields)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxHeaderListBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxFields);
        MaxHeaderListBytes = maxHeaderListBytes;
        MaxFields = maxFields;
        _collector = new FieldCollector(maxHeaderListBytes, maxFields);
    }

    /// <summary>
    /// Largest header list in bytes: name, value and 32 for each field line (RFC 9113 §6.5.2). Beyond it the verdict is
    /// <see cref="ConnectResponseVerdict.TooLarge"/>, and no more text is made.
    /// </summary>
    public int MaxHeaderListBytes { get; }

    /// <summary>Largest number of field lines, pseudo-headers included; beyond it as above.</summary>
    public int MaxFields { get; }

    /// <summary>Value of <c>:status</c>, 100 to 999; 0 until it came.</summary>
    public int Status { get; private set; }

    /// <summary>
    /// Regular fields in the order of the block. The list is new for each block and may be kept. After
    /// <see cref="Complete"/> of a 2xx it lacks <c>content-length</c>, which a tunnel must ignore (RFC 9110 §9.3.6).
    /// </summary>
    public IReadOnlyList<HeaderField> Fields => _fieldsOfTunnel ?? _collector.Fields;

    /// <summary>What was malformed, with its clause; <see langword="null"/> if nothing was.</summary>
    public string? Reason => _collector.Reason;

    /// <summary>Forgets the last block.</summary>
    public void Reset()
    {
        _collector.Reset();
        _fieldsOfTunnel = null;
        Status = 0;
    }

    /// <inheritdoc/>
    public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!_collector.Accept(name, value))
        {
            return;
        }

        if (!FieldRules.IsPseudo(name))
        {
            _collector.TryAddRegular(name, value);
        }
        else if (!name.SequenceEqual(":status"u8))
        {
            _collector.Fail("pseudo-header that responses do not have (RFC 9113 §8.3)");
        }
        else
        {
            string? current = Status == 0 ? null : string.Empty;
            _collector.TakePseudo(current, value);
            OnStatus(value);
        }
    }

    /// <summary>Judges the block after its last field line.</summary>
    /// <returns>The verdict; <see cref="Reason"/> says more about malformed ones.</returns>
    public ConnectResponseVerdict Complete()
    {
        if (_collector.IsTooLarge)
        {
            return ConnectResponseVerdict.TooLarge;
        }

        if (Status == 0)
        {
            _collector.Fail("no :status (RFC 9113 §8.3.2)");
        }
        else if (Status == 101)
        {
            _collector.Fail("status 101, which HTTP/2 does not have (RFC 9113 §8.6)");
        }

        if (Reason is not null)
        {
            return ConnectResponseVerdict.Malformed;
        }

        if (Status is >= 200 and < 300)
        {
            DropContentLength();
        }

        return Status < 200 ? ConnectResponseVerdict.Informational : ConnectResponseVerdict.Final;
    }

    private void OnStatus(ReadOnlySpan<byte> value)
    {
        if (Reason is not null)
        {
            return;
        }

        if (value.Length != 3
            || value[0] is < (byte)'1' or > (byte)'9'
            || value[1] is < (byte)'0' or > (byte)'9'
            || value[2] is < (byte)'0' or > (byte)'9')
        {
            _collector.Fail(":status is not a number of three digits (RFC 9110 §15)");
            return;
        }

        Status = ((value[0] - '0') * 100) + ((value[1] - '0') * 10) + (value[2] - '0');
    }

    private void DropContentLength()
    {
        IReadOnlyList<HeaderField> fields = _collector.Fields;
        for (int i = 0; i < fields.Count; i++)
        {
            if (IsContentLength(fields[i]))
            {
                _fieldsOfTunnel = [.. fields.Where(field => !IsContentLength(field))];
                return;
            }
        }
    }

    private static bool IsContentLength(HeaderField field) => field.Name == "content-length";
}
