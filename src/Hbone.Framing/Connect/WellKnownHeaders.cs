namespace Hbone.Framing.Connect;

/// <summary>Names of the fields that HBONE peers put on CONNECT, lower-case as on the wire.</summary>
/// <remarks>
/// None of them carries authority: who the peer is comes from its certificate only. Each name exists as text, for
/// <see cref="Hpack.HeaderField"/>, and as bytes.
/// </remarks>
public static class WellKnownHeaders
{
    /// <summary><c>forwarded</c> (RFC 7239): the original client and host.</summary>
    public const string Forwarded = "forwarded";

    /// <summary><c>baggage</c> (W3C Baggage): workload names for telemetry.</summary>
    public const string Baggage = "baggage";

    /// <summary><c>traceparent</c> (W3C Trace Context).</summary>
    public const string TraceParent = "traceparent";

    /// <summary><c>x-forwarded-network</c>: source network, on the inner tunnel of double HBONE only.</summary>
    public const string XForwardedNetwork = "x-forwarded-network";

    /// <summary><c>x-istio-source</c>: kind of the sender, on the outer tunnel only.</summary>
    public const string XIstioSource = "x-istio-source";

    /// <summary>Bytes of <see cref="Forwarded"/>.</summary>
    public static ReadOnlySpan<byte> ForwardedBytes => "forwarded"u8;

    /// <summary>Bytes of <see cref="Baggage"/>.</summary>
    public static ReadOnlySpan<byte> BaggageBytes => "baggage"u8;

    /// <summary>Bytes of <see cref="TraceParent"/>.</summary>
    public static ReadOnlySpan<byte> TraceParentBytes => "traceparent"u8;

    /// <summary>Bytes of <see cref="XForwardedNetwork"/>.</summary>
    public static ReadOnlySpan<byte> XForwardedNetworkBytes => "x-forwarded-network"u8;

    /// <summary>Bytes of <see cref="XIstioSource"/>.</summary>
    public static ReadOnlySpan<byte> XIstioSourceBytes => "x-istio-source"u8;
}
