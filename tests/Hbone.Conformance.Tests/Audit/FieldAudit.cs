namespace Hbone.Conformance.Tests.Audit;

/// <summary>The rules on the fields of a CONNECT request and of its answer.</summary>
internal static class FieldAudit
{
    private static readonly string[] s_connectionSpecific =
        ["connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade"];

    /// <summary>The first rule the list breaks, or <see langword="null"/>.</summary>
    public static string? FaultOf(bool isRequest, IReadOnlyList<(string Name, string Value)> fields)
    {
        string[] pseudo = [.. fields.Select(field => field.Name).Where(name => name.StartsWith(':'))];
        if (!fields.Take(pseudo.Length).All(field => field.Name.StartsWith(':')))
        {
            return "9113-8.3: pseudo-headers come first";
        }

        if (!pseudo.Order(StringComparer.Ordinal).SequenceEqual(isRequest ? [":authority", ":method"] : [":status"]))
        {
            return $"9113-8.5: pseudo-headers {string.Join(' ', pseudo)}";
        }

        if (isRequest && fields.First(field => field.Name == ":method").Value != "CONNECT")
        {
            return "9113-8.5: the method is CONNECT";
        }

        foreach ((string name, string value) in fields.Skip(pseudo.Length))
        {
            if (name.Length == 0 || name.Any(c => c is <= ' ' or >= '\u007F' or ':' or (>= 'A' and <= 'Z')))
            {
                return $"9113-8.2.1: field name '{name}'";
            }

            if (value.Any(c => c is '\0' or '\r' or '\n') || value != value.Trim(' ', '\t'))
            {
                return $"9113-8.2.1: value of field '{name}'";
            }

            if (s_connectionSpecific.Contains(name) || (name == "te" && value != "trailers"))
            {
                return $"9113-8.2.2: connection-specific field '{name}'";
            }
        }

        return null;
    }
}
