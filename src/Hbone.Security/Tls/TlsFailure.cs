using System.ComponentModel;
using System.Globalization;
using System.Security.Cryptography;

namespace Hbone.Security.Tls;

/// <summary>Turns what the platform's TLS throws into one of our reasons.</summary>
/// <remarks>
/// The platform tells the kinds of failure apart only by a number deep inside: an OpenSSL reason on Linux, a Schannel
/// status on Windows. Numbers that are not listed become the general reason; nothing is guessed from message texts.
/// </remarks>
internal static class TlsFailure
{
    // OpenSSL packs library and reason into one number; reasons of the SSL library (sslerr.h).
    private const int OpenSslReasonMask = 0x7FFFFF;
    private const int OpenSslLibraryShift = 23;
    private const int OpenSslLibrarySsl = 20;
    private const int OpenSslAlertBase = 1000; // reason = 1000 + the number of the alert that was received

    /// <summary>Gives the reason of a failed handshake and what to say about it.</summary>
    internal static (PeerAuthenticationError Error, string Problem) Classify(Exception exception)
    {
        for (Exception? e = exception; e is not null; e = e.InnerException)
        {
            if (e is CryptographicException && FromOpenSsl(e.HResult) is { } openSsl)
            {
                return openSsl;
            }

            if (e is Win32Exception win32 && FromSchannel(win32.NativeErrorCode) is { } schannel)
            {
                return schannel;
            }
        }

        return exception is IOException or ObjectDisposedException
            ? (PeerAuthenticationError.ConnectionClosed, "the connection was closed in the middle of the handshake")
            : (PeerAuthenticationError.HandshakeFailed, $"the TLS handshake failed: {exception.Message.TrimEnd('.')}");
    }

    /// <summary>Tells whether an exception of the encrypted stream is an alert by which the peer refused us.</summary>
    internal static bool TryGetAlert(Exception exception, out string problem)
    {
        (PeerAuthenticationError error, problem) = Classify(exception);
        return error is PeerAuthenticationError.RejectedByPeer;
    }

    private static (PeerAuthenticationError Error, string Problem)? FromOpenSsl(int code)
    {
        uint unsigned = (uint)code;
        int reason = (int)(unsigned & OpenSslReasonMask);
        if ((unsigned >> OpenSslLibraryShift & 0xFF) != OpenSslLibrarySsl)
        {
            return null;
        }

        return reason switch
        {
            258 or 266 or 191 => // unsupported protocol, wrong SSL version, no protocols available
                (PeerAuthenticationError.ProtocolVersion, "it does not speak TLS 1.3"),
            235 => (PeerAuthenticationError.AlpnMismatch, "it does not offer ALPN 'h2'"), // no application protocol
            267 or 156 or 155 => // wrong version number, HTTP request, HTTPS proxy request
                (PeerAuthenticationError.HandshakeFailed, "what it sent is not TLS"),
            193 => (PeerAuthenticationError.HandshakeFailed, "there is no cipher suite in common"),
            199 => (PeerAuthenticationError.NoCertificate, "it presented no certificate"), // peer did not return a certificate
            294 => (PeerAuthenticationError.ConnectionClosed, "the connection was closed in the middle of the handshake"), // unexpected EOF
            > OpenSslAlertBase and <= OpenSslAlertBase + byte.MaxValue => FromAlert(reason - OpenSslAlertBase),
            _ => null,
        };
    }

    private static (PeerAuthenticationError Error, string Problem)? FromSchannel(int status) => (uint)status switch
    {
        0x80090331 => (PeerAuthenticationError.ProtocolVersion, "there is no TLS version or cipher suite in common"), // SEC_E_ALGORITHM_MISMATCH
        0x80090367 => (PeerAuthenticationError.AlpnMismatch, "it does not offer ALPN 'h2'"), // SEC_E_APPLICATION_PROTOCOL_MISMATCH
        0x80090327 or 0x80090325 or 0x80090322 => // SEC_E_CERT_UNKNOWN, SEC_E_UNTRUSTED_ROOT, SEC_E_WRONG_PRINCIPAL
            (PeerAuthenticationError.RejectedByPeer, "it refused our certificate"),
        0x80090308 => (PeerAuthenticationError.HandshakeFailed, "what it sent is not TLS"), // SEC_E_INVALID_TOKEN
        _ => null,
    };

    /// <summary>The alerts of RFC 8446 §6 that end a handshake.</summary>
    private static (PeerAuthenticationError Error, string Problem) FromAlert(int alert) => alert switch
    {
        70 => (PeerAuthenticationError.ProtocolVersion, "it does not speak TLS 1.3 (it sent the alert protocol_version)"),
        120 => (PeerAuthenticationError.AlpnMismatch, "it does not accept ALPN 'h2' (it sent the alert no_application_protocol)"),
        _ => (PeerAuthenticationError.RejectedByPeer, string.Create(
            CultureInfo.InvariantCulture, $"it refused us with the alert {AlertName(alert)} ({alert})")),
    };

    private static string AlertName(int alert) => alert switch
    {
        10 => "unexpected_message",
        20 => "bad_record_mac",
        22 => "record_overflow",
        40 => "handshake_failure",
        42 => "bad_certificate",
        43 => "unsupported_certificate",
        44 => "certificate_revoked",
        45 => "certificate_expired",
        46 => "certificate_unknown",
        47 => "illegal_parameter",
        48 => "unknown_ca",
        49 => "access_denied",
        50 => "decode_error",
        51 => "decrypt_error",
        71 => "insufficient_security",
        80 => "internal_error",
        90 => "user_canceled",
        109 => "missing_extension",
        110 => "unsupported_extension",
        112 => "unrecognized_name",
        116 => "certificate_required",
        _ => "unknown",
    };
}
