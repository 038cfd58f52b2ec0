using Hbone.Tunnel;

namespace Hbone.Tests.EndToEnd;

internal static class TunnelExtensions
{
    public static async Task<byte[]> ReadToEndAsync(this HboneTunnel tunnel)
    {
        List<byte> all = [];
        byte[] buffer = new byte[32 * 1024];
        int bytes;
        while ((bytes = await tunnel.ReadAsync(buffer, TestContext.Current.CancellationToken)) > 0)
        {
            all.AddRange(buffer.AsSpan(0, bytes));
        }

        return [.. all];
    }
}
