using Hbone.Framing.Hpack;

namespace Hbone.Framing.Connect;

/// <summary>
/// Header sink that judges a request's field block by the rules of HTTP/2 and of CONNECT (RFC 9113 §8.1–8.3, §8.5).
/// </summary>
/// <remarks>
/// <para>
/// Use: <see cref="Reset"/>, <see cref="HpackDecoder.Decode{TSink}"/>, <see cref="Complete"/>. Extended CONNECT
/// (RFC 8441) is not part of HBONE: <c>:protocol</c> is malformed. The authority's form is not judged here: see
/// <see cref="ConnectAuthority"/>.
/// </para>
/// <para>
/// Owner: one connection's reader loop. Threading: not safe for concurrent use. Memory: texts of the last block, within
/// the limits.
/// </para>
/// </remarks>
public sealed class ConnectRequestParser : IHeaderSink
{
    private readonly FieldCollector _collector;
    private string? _scheme;
    private string? _path;
    private string? _host;

    /// <summary>Creates a parser, ready for the first block.</summary>
    /// <param name="maxHeaderListBytes">Value of <see cref="MaxHeaderListBytes"/>, at least 1.</param>
    /// <param name="maxFields">Value of <see cref="MaxFields"/>, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is outside its range.</exception>
    public ConnectRequestParser(int maxHeaderListBytes, int maxFields)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxHeaderListBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxFields);
        MaxHeaderListBytes = maxHeaderListBytes;
        MaxFields = maxFields;
        _collector = new FieldCollector(maxHeaderListBytes, maxFields);
    }

    /// <summary>
    /// Largest header list in bytes: name, value and 32 for each field line (RFC 9113 §6.5.2). Beyond it the verdict is
    /// <see cref="ConnectRequestVerdict.TooLarge"/>, and no more text is made.
    /// </summary>
    public int MaxHeaderListBytes { get; }

    /// <summary>Largest number of field lines, pseudo-headers included; beyond it as above.</summary>
    public int MaxFields { get; }

    /// <summary>Value of <c>:method</c>, once it came.</summary>
    public string? Method { get; private set; }

    /// <summary>Value of <c>:authority</c>, once it came; for CONNECT visible ASCII, otherwise as sent.</summary>
    public string? Authority { get; private set; }

    /// <summary>Regular fields in the order of the block. The list is new for each block and may be kept.</summary>
    public IReadOnlyList<HeaderField> Fields => _collector.Fields;

    /// <summary>
    /// Size of the list, as <see cref="MaxHeaderListBytes"/> counts it; up to the line that passed the limit or broke a rule.
    /// </summary>
    public long ListBytes => _collector.ListBytes;

    /// <summary>What was malformed, with its clause; <see langword="null"/> if nothing was.</summary>
    public string? Reason => _collector.Reason;

    /// <summary>Forgets the last block.</summary>
    public void Reset()
    {
        _collector.Reset();
        _scheme = null;
        _path = null;
        _host = null;
        Method = null;
        Authority = null;
    }

    /// <inheritdoc/>
    public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!_collector.Accept(name, value))
        {
            return;
        }

        if (FieldRules.IsPseudo(name))
        {
            OnPseudo(name, value);
        }
        else if (_collector.TryAddRegular(name, value) && name.SequenceEqual("host"u8))
        {
            OnHost(_collector.Fields[^1].Value);
        }
    }

    /// <summary>Judges the block after its last field line.</summary>
    /// <returns>The verdict; <see cref="Reason"/> says more about malformed ones.</returns>
    public ConnectRequestVerdict Complete()
    {
        if (_collector.IsTooLarge)
        {
            return ConnectRequestVerdict.TooLarge;
        }

        if (Reason is not null)
        {
            return ConnectRequestVerdict.Malformed;
        }

        if (string.IsNullOrEmpty(Method))
        {
            return Malformed("no :method (RFC 9113 §8.3.1)");
        }

        if (_host is not null && Authority is not null
            && !string.Equals(_host, Authority, StringComparison.OrdinalIgnoreCase))
        {
            return Malformed("host differs from :authority (RFC 9113 §8.3.1)");
        }

        // Methods are case-sensitive (RFC 9110 §9.1).
        return Method == "CONNECT" ? CompleteConnect() : CompleteOther();
    }

    private ConnectRequestVerdict CompleteConnect()
    {
        if (_scheme is not null || _path is not null)
        {
            return Malformed("CONNECT with :scheme or :path (RFC 9113 §8.5)");
        }

        if (string.IsNullOrEmpty(Authority))
        {
            return Malformed("CONNECT without :authority (RFC 9113 §8.5)");
        }

        return ConnectRequestVerdict.Connect;
    }

    private ConnectRequestVerdict CompleteOther()
    {
        if (string.IsNullOrEmpty(_scheme) || string.IsNullOrEmpty(_path))
        {
            return Malformed("request without :scheme or :path (RFC 9113 §8.3.1)");
        }

        return ConnectRequestVerdict.OtherMethod;
    }

    private void OnPseudo(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.SequenceEqual(":method"u8))
        {
            Method = _collector.TakePseudo(Method, value);
        }
        else if (name.SequenceEqual(":authority"u8))
        {
            if (!value.IsEmpty && !FieldRules.IsVisibleAscii(value))
            {
                _collector.Fail(":authority is not visible ASCII (RFC 9113 §8.3.1)");
                return;
            }

            Authority = _collector.TakePseudo(Authority, value);
        }
        else if (name.SequenceEqual(":scheme"u8))
        {
            _scheme = _collector.TakePseudo(_scheme, value);
        }
        else if (name.SequenceEqual(":path"u8))
        {
            _path = _collector.TakePseudo(_path, value);
        }
        else if (name.SequenceEqual(":protocol"u8))
        {
            _collector.Fail(":protocol, but extended CONNECT is not enabled (RFC 8441 §4)");
        }
        else
        {
            _collector.Fail("pseudo-header that requests do not have (RFC 9113 §8.3)");
        }
    }

    private void OnHost(string value)
    {
        if (_host is not null)
        {
            _collector.Fail("field host twice (RFC 9110 §7.2)");
        }

        _host = value;
    }

    private ConnectRequestVerdict Malformed(string reason)
    {
        _collector.Fail(reason);
        return ConnectRequestVerdict.Malformed;
    }
}
