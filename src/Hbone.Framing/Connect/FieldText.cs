using System.Text;

namespace Hbone.Framing.Connect;

/// <summary>Text of names and values, without a new string for the usual ones.</summary>
internal static class FieldText
{
    /// <summary>Text of a name.</summary>
    public static string GetName(ReadOnlySpan<byte> name)
    {
        switch (name.Length)
        {
            case 4 when name.SequenceEqual("host"u8):
                return "host";
            case 7 when name.SequenceEqual(WellKnownHeaders.BaggageBytes):
                return WellKnownHeaders.Baggage;
            case 9 when name.SequenceEqual(WellKnownHeaders.ForwardedBytes):
                return WellKnownHeaders.Forwarded;
            case 10 when name.SequenceEqual("user-agent"u8):
                return "user-agent";
            case 11 when name.SequenceEqual(WellKnownHeaders.TraceParentBytes):
                return WellKnownHeaders.TraceParent;
            case 14 when name.SequenceEqual(WellKnownHeaders.XIstioSourceBytes):
                return WellKnownHeaders.XIstioSource;
            case 15 when name.SequenceEqual("accept-encoding"u8):
                return "accept-encoding";
            case 19 when name.SequenceEqual(WellKnownHeaders.XForwardedNetworkBytes):
                return WellKnownHeaders.XForwardedNetwork;
            default:
                return Encoding.Latin1.GetString(name);
        }
    }

    /// <summary>Text of a pseudo-header's value.</summary>
    public static string GetString(ReadOnlySpan<byte> value) =>
        value.SequenceEqual("CONNECT"u8) ? "CONNECT" : Encoding.Latin1.GetString(value);

    /// <summary>Bytes of a text in Latin-1.</summary>
    /// <param name="text">The text.</param>
    /// <param name="destination">At least as many bytes as the text has characters.</param>
    /// <returns>Whether all characters have a byte: they are at most U+00FF.</returns>
    public static bool TryCopyTo(string text, Span<byte> destination)
    {
        Span<byte> bytes = destination.Slice(0, text.Length);
        int all = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            all |= text[i];
            bytes[i] = (byte)text[i];
        }

        return all <= byte.MaxValue;
    }
}
