using Hbone.Framing.Hpack;

namespace Hbone.Framing.Connect;

/// <summary>Reads a response to CONNECT.</summary>
public sealed class ConnectResponseParser : IHeaderSink
{
    /// <summary>Creates a parser.</summary>
    public ConnectResponseParser(int maxHeaderListBytes, int maxFields)
    {
        MaxHeaderListBytes = maxHeaderListBytes;
        MaxFields = maxFields;
    }

    /// <summary>Limit in bytes.</summary>
    public int MaxHeaderListBytes { get; }

    /// <summary>Limit of fields.</summary>
    public int MaxFields { get; }

    /// <summary>Status.</summary>
    public int Status { get; private set; }

    /// <summary>Regular fields.</summary>
    public IReadOnlyList<HeaderField> Fields { get; private set; } = [];

    /// <summary>What was malformed.</summary>
    public string? Reason { get; private set; }

    /// <summary>Starts over.</summary>
    public void Reset() => (Status, Fields, Reason) = (0, [], null);

    /// <summary>Takes a field.</summary>
    public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => throw new NotImplementedException();

    /// <summary>Judges the block.</summary>
    public ConnectResponseVerdict Complete() => throw new NotImplementedException();
}
