using System.Buffers;
using Hbone.Framing.Hpack;

namespace Hbone.Framing.Connect;

/// <summary>Writes the field blocks of CONNECT and of its response (RFC 9113 §8.5).</summary>
/// <remarks>
/// <para>
/// Everything is validated before the first byte is written, so a refused call leaves the output as it was. Text is
/// written as Latin-1. <see cref="FrameWriter.WriteHeaders(Span{byte}, int, ReadOnlySpan{byte}, bool, int)"/> makes
/// frames of a block.
/// </para>
/// <para>Threading: stateless, all members are safe to call from any thread.</para>
/// </remarks>
public static class ConnectHeaderWriter
{
    private const int StackBytes = 512;

    private static readonly SearchValues<char> s_visibleAscii =
        SearchValues.Create([.. Enumerable.Range(0x21, 0x7E - 0x21 + 1).Select(value => (char)value)]);

    /// <summary>Writes <c>:method: CONNECT</c>, <c>:authority</c> and the given fields.</summary>
    /// <param name="output">Receives the block.</param>
    /// <param name="authority">
    /// The target as <c>host:port</c>: visible ASCII. <see cref="ConnectAuthority"/> gives the canonical form.
    /// </param>
    /// <param name="fields">Regular fields in the order to send; <see langword="null"/> for none.</param>
    /// <exception cref="ArgumentException">
    /// The authority is empty or not visible ASCII; a name is not a lower-case token; a value has a control character,
    /// a character above U+00FF, or white space at its start or end; or a field is not allowed: pseudo-headers,
    /// connection-specific ones (RFC 9113 §8.2.2), <c>host</c> and <c>content-length</c>.
    /// </exception>
    public static void WriteRequest(
        IBufferWriter<byte> output, string authority, IReadOnlyList<HeaderField>? fields = null)
    {
        if (authority.Length == 0 || authority.AsSpan().ContainsAnyExcept(s_visibleAscii))
        {
            throw new ArgumentException("The authority is empty or not visible ASCII.", nameof(authority));
        }

        Validate(fields, isHostAllowed: false, isContentLengthAllowed: false);
        HpackEncoder.WriteHeader(output, ":method"u8, "CONNECT"u8);
        WriteText(output, ":authority", authority);
        WriteFields(output, fields);
    }

    /// <summary>Writes <c>:status</c> and the given fields.</summary>
    /// <param name="output">Receives the block.</param>
    /// <param name="status">100 to 599, not 101 (RFC 9113 §8.6). Only 200 opens a tunnel.</param>
    /// <param name="fields">Regular fields in the order to send; <see langword="null"/> for none.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is outside its range.</exception>
    /// <exception cref="ArgumentException">
    /// As for <see cref="WriteRequest"/>, except that <c>content-length</c> is allowed outside 2xx (RFC 9110 §9.3.6).
    /// </exception>
    public static void WriteResponse(IBufferWriter<byte> output, int status, IReadOnlyList<HeaderField>? fields = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 100);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        ArgumentOutOfRangeException.ThrowIfEqual(status, 101);
        Validate(fields, isHostAllowed: true, isContentLengthAllowed: status is < 200 or >= 300);
        HpackEncoder.WriteStatus(output, status);
        WriteFields(output, fields);
    }

    /// <summary>Size of a request's header list as SETTINGS_MAX_HEADER_LIST_SIZE counts it (RFC 9113 §6.5.2).</summary>
    /// <param name="authority">The target.</param>
    /// <param name="fields">Regular fields; <see langword="null"/> for none.</param>
    /// <returns>Bytes: name, value and 32 for each field line.</returns>
    public static long GetRequestListBytes(string authority, IReadOnlyList<HeaderField>? fields = null) =>
        LineBytes(":method", "CONNECT") + LineBytes(":authority", authority) + FieldListBytes(fields);

    /// <summary>Size of a response's header list, as <see cref="GetRequestListBytes"/>.</summary>
    /// <param name="fields">Regular fields; <see langword="null"/> for none.</param>
    /// <returns>Bytes: name, value and 32 for each field line.</returns>
    public static long GetResponseListBytes(IReadOnlyList<HeaderField>? fields = null) =>
        LineBytes(":status", "200") + FieldListBytes(fields);

    private static long FieldListBytes(IReadOnlyList<HeaderField>? fields)
    {
        long bytes = 0;
        for (int i = 0; i < fields?.Count; i++)
        {
            bytes += LineBytes(fields[i].Name, fields[i].Value);
        }

        return bytes;
    }

    private static long LineBytes(string name, string value) =>
        (long)name.Length + value.Length + FieldCollector.FieldOverheadBytes;

    private static void Validate(IReadOnlyList<HeaderField>? fields, bool isHostAllowed, bool isContentLengthAllowed)
    {
        for (int i = 0; i < fields?.Count; i++)
        {
            HeaderField field = fields[i];
            string? reason = field switch
            {
                { Name: null } or { Value: null } => "name or value is null",
                { Name: "host" } when !isHostAllowed => "the authority is sent instead of host (RFC 9113 §8.3.1)",
                { Name: "content-length" } when !isContentLengthAllowed =>
                    "a tunnel has no content-length (RFC 9110 §9.3.6)",
                _ => Check(field),
            };
            if (reason is not null)
            {
                throw new ArgumentException($"Field {i} cannot be sent: {reason}.", nameof(fields));
            }
        }
    }

    private static string? Check(HeaderField field)
    {
        byte[]? rented = null;
        int length = field.Name.Length + field.Value.Length;
        Span<byte> bytes = length <= StackBytes
            ? stackalloc byte[StackBytes]
            : rented = ArrayPool<byte>.Shared.Rent(length);
        Span<byte> name = bytes.Slice(0, field.Name.Length);
        Span<byte> value = bytes.Slice(field.Name.Length, field.Value.Length);
        string? reason = FieldText.TryCopyTo(field.Name, name) && FieldText.TryCopyTo(field.Value, value)
            ? FieldRules.CheckField(name, value)
            : "a character above U+00FF has no byte in Latin-1";
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return reason;
    }

    private static void WriteFields(IBufferWriter<byte> output, IReadOnlyList<HeaderField>? fields)
    {
        for (int i = 0; i < fields?.Count; i++)
        {
            WriteText(output, fields[i].Name, fields[i].Value);
        }
    }

    private static void WriteText(IBufferWriter<byte> output, string name, string value)
    {
        byte[]? rented = null;
        int length = name.Length + value.Length;
        Span<byte> bytes = length <= StackBytes
            ? stackalloc byte[StackBytes]
            : rented = ArrayPool<byte>.Shared.Rent(length);
        // Validated before: every character has a byte.
        FieldText.TryCopyTo(name, bytes);
        FieldText.TryCopyTo(value, bytes.Slice(name.Length));
        HpackEncoder.WriteHeader(output, bytes.Slice(0, name.Length), bytes.Slice(name.Length, value.Length));
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
