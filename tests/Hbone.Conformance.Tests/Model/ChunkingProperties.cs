using System.Globalization;
using FsCheck;
using FsCheck.Xunit;
using Hbone.Conformance.Tests.Audit;
using Hbone.Framing;
using Hbone.Tests.Common.Wire;
using Hbone.Tunnel;

namespace Hbone.Conformance.Tests.Model;

/// <summary>How the transport cuts the peer's bytes changes nothing: the same frames go back, the application sees the same.</summary>
public sealed class ChunkingProperties
{
    [Property(MaxTest = 150, EndSize = 160)]
    public void Same_bytes_in_other_portions_have_the_same_effect(byte[] script, PositiveInt[] portions) =>
        RunAsync(script, [.. portions.Select(portion => portion.Get)]).GetAwaiter().GetResult();

    private static async Task RunAsync(byte[] script, int[] portions)
    {
        byte[] wire = Compose(script);
        IReadOnlyList<string> whole = await PlayAsync([wire]);
        Assert.Equal(whole, await PlayAsync(Cut(wire, portions)));
        Assert.Equal(whole, await PlayAsync(wire.Select(octet => new[] { octet })));
    }

    /// <summary>A client's bytes: requests, data, ends, resets, and now and then an error.</summary>
    private static byte[] Compose(byte[] script)
    {
        List<byte[]> frames = [ConnectionPreface.Bytes.ToArray(), Wire.Frame(FrameType.Settings, 0, 0)];
        uint next = 1;
        foreach (byte[] step in script.Chunk(3).Where(step => step.Length == 3))
        {
            uint id = next == 1 ? 1 : 1 + (2 * (step[1] % (next / 2)));
            byte[] connect = Wire.ConnectBlock($"s{next}.example:80");
            switch (step[0] % 14)
            {
                case 0 or 1 or 2:
                    frames.Add(Wire.Frame(FrameType.Headers, 0x4, next, connect));
                    next += 2;
                    break;
                case 3:
                    int cut = 1 + (step[2] % (connect.Length - 1));
                    frames.Add(Wire.Frame(FrameType.Headers, 0x0, next, connect[..cut]));
                    frames.Add(Wire.Frame(FrameType.Continuation, 0x4, next, connect[cut..]));
                    next += 2;
                    break;
                case 4 or 5 or 6:
                    frames.Add(Wire.Frame(FrameType.Data, 0, id, [.. Enumerable.Range(step[1], 1 + (step[2] * 3)).Select(i => (byte)i)]));
                    break;
                case 7:
                    frames.Add(Wire.Frame(FrameType.Data, 0x9, id, [3, 1, step[2], 0, 0, 0]));
                    break;
                case 8:
                    frames.Add(Wire.Frame(FrameType.Ping, 0, 0, step[1], step[2], 0, 0, 0, 0, 0, 1));
                    break;
                case 9:
                    frames.Add(Wire.Frame(FrameType.Headers, (byte)(step[2] % 2 == 0 ? 0x5 : 0x4), id, Wire.Block(("x-a", "b"))));
                    break;
                case 10:
                    frames.Add(Wire.Frame(Wire.Unknown, step[2], id, new byte[step[1]]));
                    break;
                case 11:
                    frames.Add(Wire.Frame(FrameType.RstStream, 0, id, Wire.UInt32(8)));
                    break;
                case 12:
                    frames.Add(Wire.Frame(FrameType.Settings, 0, 0, Wire.Setting(4, step[2])));
                    break;
                default:
                    frames.Add(Wire.Frame((FrameType)(step[1] % 12), step[2], step[2] % 4u, new byte[step[1] % 9]));
                    break;
            }
        }

        return Wire.Concat([.. frames]);
    }

    private static IEnumerable<byte[]> Cut(byte[] wire, int[] portions)
    {
        int start = 0;
        for (int i = 0; start < wire.Length; i++)
        {
            int length = portions.Length == 0 ? 7 : Math.Min(portions[i % portions.Length], wire.Length - start);
            length = Math.Min(length, wire.Length - start);
            yield return wire[start..(start + length)];
            start += length;
        }
    }

    private static async Task<IReadOnlyList<string>> PlayAsync(IEnumerable<byte[]> portions)
    {
        var transport = new ReplayTransport(portions);
        await using HboneConnection engine = HboneConnectionFactory.Create(transport, TestConnections.Info(isClient: false), null, null);

        // Nobody accepts meanwhile, so that all the engine sends comes from its reader, in one order.
        await Task.WhenAny(transport.Drained, engine.Closed).WaitAsync(Rig.Patience);
        List<string> seen = [$"{engine.CloseReason?.Error} {engine.CloseReason?.WireCode}"];

        // When credit comes back depends on the pieces in which it was used up; how much does not, and is checked elsewhere.
        seen.AddRange(new FrameSplitter(startsWithPreface: false).Push(transport.Written)
            .Where(frame => frame.Type != FrameType.WindowUpdate)
            .Select(frame => $"{frame.Type} {frame.Flags} {frame.StreamId} {Convert.ToHexString(frame.Payload)}"));
        while (true)
        {
            Task<HboneTunnelRequest?> accept = engine.AcceptTunnelAsync().AsTask();
            if (!accept.IsCompleted || await accept is not { } request)
            {
                return seen;
            }

            seen.Add(await ReadAsync(request));
        }
    }

    private static async Task<string> ReadAsync(HboneTunnelRequest request)
    {
        var text = new System.Text.StringBuilder(request.Authority).Append(' ');
        try
        {
            HboneTunnel tunnel = await request.AcceptAsync();
            byte[] buffer = new byte[1000];
            int read;
            while ((read = await tunnel.ReadAsync(buffer, new CancellationToken(canceled: true))) > 0)
            {
                text.Append(Convert.ToHexString(buffer.AsSpan(0, read)));
            }

            return text.Append(" end").ToString();
        }
        catch (HboneException error)
        {
            return text.Append(CultureInfo.InvariantCulture, $" {error.Error} {error.WireCode}").ToString();
        }
        catch (OperationCanceledException)
        {
            return text.Append(" open").ToString();
        }
    }
}
