using System.Buffers.Binary;

namespace Hbone.Fuzz.Runs;

/// <summary>Makes new inputs of old ones. The same seed makes the same inputs in the same order.</summary>
internal sealed class Mutator
{
    private const int MaxInputBytes = 8 * 1024;
    private const int MaxSteps = 8;
    private const int MaxPieceBytes = 64;

    private static readonly byte[] s_edgeBytes = [0, 1, 9, 0x20, 0x3F, 0x40, 0x7F, 0x80, 0xBE, 0xFE, 0xFF];

    private readonly IReadOnlyList<byte[]> _inputs;
    private readonly Random _random;
    private readonly List<byte> _next = [];

    /// <summary>Creates a mutator.</summary>
    /// <param name="inputs">What to start from, at least one.</param>
    /// <param name="seed">Chooses the sequence.</param>
    public Mutator(IReadOnlyList<byte[]> inputs, int seed)
    {
        _inputs = inputs;
        _random = new Random(seed);
    }

    /// <summary>The next input.</summary>
    public byte[] Next()
    {
        _next.Clear();
        _next.AddRange(Pick());
        for (int steps = _random.Next(1, MaxSteps + 1); steps > 0; steps--)
        {
            Step();
        }

        return [.. _next.Take(MaxInputBytes)];
    }

    private void Step()
    {
        if (_next.Count == 0)
        {
            _next.Add((byte)_random.Next(256));
        }

        int at = _random.Next(_next.Count);
        int length = Math.Min(_random.Next(1, MaxPieceBytes), _next.Count - at);
        switch (_random.Next(9))
        {
            case 0:
                _next[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1:
                _next[at] = (byte)_random.Next(256);
                break;
            case 2:
                _next[at] = s_edgeBytes[_random.Next(s_edgeBytes.Length)];
                break;
            case 3:
                _next[at] += (byte)_random.Next(-16, 17);
                break;
            case 4:
                _next.RemoveRange(at, length);
                break;
            case 5:
                _next.InsertRange(at, _next.GetRange(_random.Next(_next.Count - length + 1), length));
                break;
            case 6:
                SetLength(at);
                break;
            case 7:
                _next.RemoveRange(at, _next.Count - at);
                _next.AddRange(Piece());
                break;
            case 8:
                _next.InsertRange(at, Piece());
                break;
        }
    }

    /// <summary>Writes a number where a length may be: small, at a limit, or what follows.</summary>
    private void SetLength(int at)
    {
        if (_next.Count - at < sizeof(ushort))
        {
            return;
        }

        int[] choices = [_random.Next(64), _next.Count - at, 0x3FFF, 0x4000, 0x4001, ushort.MaxValue];
        byte[] bytes = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)choices[_random.Next(choices.Length)]);
        _next[at] = bytes[0];
        _next[at + 1] = bytes[1];
    }

    /// <summary>A piece of another input.</summary>
    private ArraySegment<byte> Piece()
    {
        byte[] other = Pick();
        if (other.Length == 0)
        {
            return other;
        }

        int start = _random.Next(other.Length);
        return new ArraySegment<byte>(other, start, _random.Next(1, other.Length - start + 1));
    }

    private byte[] Pick() => _inputs[_random.Next(_inputs.Count)];
}
