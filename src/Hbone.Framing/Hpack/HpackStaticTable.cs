namespace Hbone.Framing.Hpack;

/// <summary>The static table of HPACK (RFC 7541 appendix A).</summary>
internal static class HpackStaticTable
{
    /// <summary>Number of entries; indices go from 1 to 61.</summary>
    public const int Count = 61;

    /// <summary>Index of <c>:authority</c> without a value.</summary>
    public const int Authority = 1;

    /// <summary>Index of <c>:method: GET</c>, whose name CONNECT uses.</summary>
    public const int Method = 2;

    /// <summary>Index of <c>:status: 200</c>.</summary>
    public const int Status = 8;

    private static readonly Entry[] s_entries =
    [
        new(":authority"u8, ""u8),
        new(":method"u8, "GET"u8),
        new(":method"u8, "POST"u8),
        new(":path"u8, "/"u8),
        new(":path"u8, "/index.html"u8),
        new(":scheme"u8, "http"u8),
        new(":scheme"u8, "https"u8),
        new(":status"u8, "200"u8),
        new(":status"u8, "204"u8),
        new(":status"u8, "206"u8),
        new(":status"u8, "304"u8),
        new(":status"u8, "400"u8),
        new(":status"u8, "404"u8),
        new(":status"u8, "500"u8),
        new("accept-charset"u8, ""u8),
        new("accept-encoding"u8, "gzip, deflate"u8),
        new("accept-language"u8, ""u8),
        new("accept-ranges"u8, ""u8),
        new("accept"u8, ""u8),
        new("access-control-allow-origin"u8, ""u8),
        new("age"u8, ""u8),
        new("allow"u8, ""u8),
        new("authorization"u8, ""u8),
        new("cache-control"u8, ""u8),
        new("content-disposition"u8, ""u8),
        new("content-encoding"u8, ""u8),
        new("content-language"u8, ""u8),
        new("content-length"u8, ""u8),
        new("content-location"u8, ""u8),
        new("content-range"u8, ""u8),
        new("content-type"u8, ""u8),
        new("cookie"u8, ""u8),
        new("date"u8, ""u8),
        new("etag"u8, ""u8),
        new("expect"u8, ""u8),
        new("expires"u8, ""u8),
        new("from"u8, ""u8),
        new("host"u8, ""u8),
        new("if-match"u8, ""u8),
        new("if-modified-since"u8, ""u8),
        new("if-none-match"u8, ""u8),
        new("if-range"u8, ""u8),
        new("if-unmodified-since"u8, ""u8),
        new("last-modified"u8, ""u8),
        new("link"u8, ""u8),
        new("location"u8, ""u8),
        new("max-forwards"u8, ""u8),
        new("proxy-authenticate"u8, ""u8),
        new("proxy-authorization"u8, ""u8),
        new("range"u8, ""u8),
        new("referer"u8, ""u8),
        new("refresh"u8, ""u8),
        new("retry-after"u8, ""u8),
        new("server"u8, ""u8),
        new("set-cookie"u8, ""u8),
        new("strict-transport-security"u8, ""u8),
        new("transfer-encoding"u8, ""u8),
        new("user-agent"u8, ""u8),
        new("vary"u8, ""u8),
        new("via"u8, ""u8),
        new("www-authenticate"u8, ""u8),
    ];

    /// <summary>The name and value of an entry.</summary>
    /// <param name="index">1 to <see cref="Count"/>.</param>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value, often empty.</param>
    public static void Get(int index, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        ref readonly Entry entry = ref s_entries[index - 1];
        name = entry.Name;
        value = entry.Value;
    }

    /// <summary>Finds a field line.</summary>
    /// <param name="name">Name, lower-case.</param>
    /// <param name="value">Value.</param>
    /// <param name="isExact">Whether the entry has the value too.</param>
    /// <returns>The index, or 0 if the name is not in the table.</returns>
    public static int Find(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, out bool isExact)
    {
        int found = 0;
        isExact = false;
        for (int i = 0; i < s_entries.Length; i++)
        {
            ref readonly Entry entry = ref s_entries[i];
            if (entry.Name.Length != name.Length || !name.SequenceEqual(entry.Name))
            {
                if (found != 0)
                {
                    // Entries of one name are neighbours.
                    break;
                }

                continue;
            }

            if (value.SequenceEqual(entry.Value))
            {
                isExact = true;
                return i + 1;
            }

            if (found == 0)
            {
                found = i + 1;
            }
        }

        return found;
    }

    private readonly struct Entry
    {
        private readonly byte[] _name;
        private readonly byte[] _value;

        public Entry(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        {
            _name = name.ToArray();
            _value = value.ToArray();
        }

        public ReadOnlySpan<byte> Name => _name;

        public ReadOnlySpan<byte> Value => _value;
    }
}
