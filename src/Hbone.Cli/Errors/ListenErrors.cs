using System.Net;
using System.Net.Sockets;

namespace Hbone.Cli.Errors;

/// <summary>Says why an address cannot be listened on.</summary>
internal static class ListenErrors
{
    /// <summary>The error for a failed bind.</summary>
    public static CliException Of(SocketException exception, IPEndPoint endPoint)
    {
        (string what, string remedy) = exception.SocketErrorCode switch
        {
            SocketError.AddressAlreadyInUse => (
                $"{endPoint} is in use by another program",
                "stop that program, or choose another port with --listen"),
            SocketError.AccessDenied => (
                $"this user may not listen on {endPoint}",
                "choose a port of 1024 or more with --listen, or run with the right to bind it"),
            SocketError.AddressNotAvailable => (
                $"{endPoint.Address} is not an address of this machine",
                "choose one of its addresses, or 0.0.0.0 for all, with --listen"),
            _ => (
                $"cannot listen on {endPoint}: {exception.Message.TrimEnd('.')}",
                "correct --listen"),
        };
        return new CliException(ExitCode.Listen, what, remedy, exception);
    }
}
