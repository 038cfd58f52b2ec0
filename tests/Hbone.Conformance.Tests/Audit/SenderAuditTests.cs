using Hbone.Framing;

namespace Hbone.Conformance.Tests.Audit;

/// <summary>The audit finds what it is there to find: one broken rule each.</summary>
public sealed class SenderAuditTests
{
    private static readonly byte[] s_settings = Wire.Frame(FrameType.Settings, 0, 0);
    private static readonly byte[] s_ack = Wire.Frame(FrameType.Settings, 1, 0);
    private static readonly byte[] s_request = Wire.Frame(FrameType.Headers, 0x4, 1, Wire.ConnectBlock());
    private static readonly byte[] s_response = Wire.Frame(FrameType.Headers, 0x4, 1, Wire.StatusBlock());

    /// <summary>A name, whether the sender is a client, what it got, what it sends then, the clause it breaks.</summary>
    public static TheoryData<string, bool, byte[], byte[], string> Faults() => new()
    {
        { "first frame", false, [], Wire.Frame(FrameType.Ping, 0, 0, new byte[8]), "9113-3.4" },
        { "reserved bit", false, [], Sent(Wire.Frame(FrameType.Ping, 0, 0x8000_0000, new byte[8])), "9113-4.1" },
        { "unused flag", false, [], Sent(Wire.Frame(FrameType.WindowUpdate, 1, 0, Wire.UInt32(1))), "9113-4.1" },
        { "large frame", false, s_request, Sent(s_response, Wire.Frame(FrameType.Data, 0, 1, new byte[16_385])), "9113-4.2" },
        { "gap in block", true, [], Sent(Wire.Frame(FrameType.Headers, 0, 1, Wire.ConnectBlock()), Wire.Frame(FrameType.Ping, 0, 0, new byte[8])), "9113-4.3" },
        { "even id", true, [], Sent(Wire.Frame(FrameType.Headers, 0x4, 2, Wire.ConnectBlock())), "9113-5.1.1" },
        { "falling id", true, [], Sent(Wire.Frame(FrameType.Headers, 0x4, 3, Wire.ConnectBlock()), s_request), "9113-5.1.1" },
        { "too many streams", true, Wire.Frame(FrameType.Settings, 0, 0, Wire.Setting(3, 0)), Sent(s_ack, s_request), "9113-5.1.2" },
        { "idle stream", false, [], Sent(Wire.Frame(FrameType.RstStream, 0, 1, Wire.UInt32(8))), "9113-5.1" },
        { "data early", true, [], Sent(s_request, Wire.Frame(FrameType.Data, 0, 1, 1)), "9110-9.3.6" },
        { "data after end", false, s_request, Sent(s_response, Wire.Frame(FrameType.Data, 1, 1), Wire.Frame(FrameType.Data, 0, 1)), "9113-5.1" },
        { "data after reset", false, s_request, Sent(s_response, Wire.Frame(FrameType.RstStream, 0, 1, Wire.UInt32(8)), Wire.Frame(FrameType.Data, 0, 1)), "9113-5.1" },
        { "second reset", false, s_request, Sent(Wire.Frame(FrameType.RstStream, 0, 1, Wire.UInt32(8)), Wire.Frame(FrameType.RstStream, 0, 1, Wire.UInt32(8))), "9113-5.4.2" },
        { "extension", false, [], Sent(Wire.Frame(Wire.Unknown, 0, 0)), "9113-5.5" },
        { "acknowledgement of nothing", false, [], Sent(s_ack), "9113-6.5.3" },
        { "answer to no PING", false, [], Sent(Wire.Frame(FrameType.Ping, 1, 0, new byte[8])), "9113-6.7" },
        { "wrong answer", false, Wire.Frame(FrameType.Ping, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8), Sent(Wire.Frame(FrameType.Ping, 1, 0, new byte[8])), "9113-6.7" },
        { "rising last id", false, [], Sent(Wire.Frame(FrameType.GoAway, 0, 0, new byte[8]), Wire.Frame(FrameType.GoAway, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0)), "9113-6.8" },
        { "no increment", false, [], Sent(Wire.Frame(FrameType.WindowUpdate, 0, 0, Wire.UInt32(0))), "9113-6.9" },
        { "stream window", false, [.. Wire.Frame(FrameType.Settings, 0, 0, Wire.Setting(4, 5)), .. s_request], Sent(s_ack, s_response, Wire.Frame(FrameType.Data, 0, 1, new byte[6])), "9113-6.9.1" },
        { "connection window", false, [.. Wire.Frame(FrameType.Settings, 0, 0, Wire.Setting(4, 100_000)), .. s_request], Sent(s_ack, s_response, Data(5)), "9113-6.9.1" },
        { "table update", false, [.. Wire.Frame(FrameType.Settings, 0, 0, Wire.Setting(1, 0)), .. s_request], Sent(s_ack, s_response), "9113-4.3.1" },
        { "path", true, [], Sent(Wire.Frame(FrameType.Headers, 0x4, 1, Wire.Block((":method", "CONNECT"), (":authority", "a:1"), (":path", "/")))), "9113-8.5" },
        { "order", true, [], Sent(Wire.Frame(FrameType.Headers, 0x4, 1, Wire.Block((":method", "CONNECT"), ("x", "y"), (":authority", "a:1")))), "9113-8.3" },
        { "upper case", true, [], Sent(Wire.Frame(FrameType.Headers, 0x4, 1, Wire.Block((":method", "CONNECT"), (":authority", "a:1"), ("X", "y")))), "9113-8.2.1" },
        { "connection field", true, [], Sent(Wire.Frame(FrameType.Headers, 0x4, 1, Wire.Block((":method", "CONNECT"), (":authority", "a:1"), ("upgrade", "y")))), "9113-8.2.2" },
        { "second answer", false, s_request, Sent(s_response, s_response), "9113-8.5" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Broken_rule_is_found(string name, bool isClient, byte[] received, byte[] sent, string clause)
    {
        Assert.NotEmpty(name);
        var audit = new SenderAudit(isClient);
        audit.OnReceived(isClient ? received : [.. ConnectionPreface.Bytes, .. received]);
        audit.OnSent(isClient ? [.. ConnectionPreface.Bytes, .. sent] : sent);
        Assert.StartsWith(clause + ":", audit.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Good_sender_has_no_fault_however_its_bytes_are_cut()
    {
        var audit = new SenderAudit(isClient: false);
        byte[] received = [.. ConnectionPreface.Bytes, .. s_settings, .. s_request, .. Wire.Frame(FrameType.Ping, 0, 0, new byte[8])];
        byte[] sent = Sent(s_ack, s_response, Wire.Frame(FrameType.Ping, 1, 0, new byte[8]), Wire.Frame(FrameType.Data, 1, 1, 1, 2));
        foreach (byte octet in received)
        {
            audit.OnReceived([octet]);
        }

        foreach (byte octet in sent)
        {
            audit.OnSent([octet]);
        }

        Assert.Null(audit.Fault);
    }

    private static byte[] Sent(params byte[][] frames) => [.. s_settings, .. Wire.Concat(frames)];

    private static byte[] Data(int frames) =>
        Wire.Concat([.. Enumerable.Range(0, frames).Select(_ => Wire.Frame(FrameType.Data, 0, 1, new byte[16_000]))]);
}
