using Hbone.Framing.Hpack;

namespace Hbone.Framing.Connect;

/// <summary>Reads a CONNECT request.</summary>
public sealed class ConnectRequestParser : IHeaderSink
{
    /// <summary>Creates a parser.</summary>
    public ConnectRequestParser(int maxHeaderListBytes, int maxFields)
    {
        MaxHeaderListBytes = maxHeaderListBytes;
        MaxFields = maxFields;
    }

    /// <summary>Limit in bytes.</summary>
    public int MaxHeaderListBytes { get; }

    /// <summary>Limit of fields.</summary>
    public int MaxFields { get; }

    /// <summary>Method.</summary>
    public string? Method { get; private set; }

    /// <summary>Authority.</summary>
    public string? Authority { get; private set; }

    /// <summary>Regular fields.</summary>
    public IReadOnlyList<HeaderField> Fields { get; private set; } = [];

    /// <summary>What was malformed.</summary>
    public string? Reason { get; private set; }

    /// <summary>Starts over.</summary>
    public void Reset() => (Method, Authority, Fields, Reason) = (null, null, [], null);

    /// <summary>Takes a field.</summary>
    public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => throw new NotImplementedException();

    /// <summary>Judges the block.</summary>
    public ConnectRequestVerdict Complete() => throw new NotImplementedException();
}
