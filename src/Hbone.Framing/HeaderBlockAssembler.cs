using System.Globalization;

namespace Hbone.Framing;

/// <summary>Joins the fragments of HEADERS and CONTINUATION into one field block under limits (RFC 9113 §4.3).</summary>
/// <remarks>
/// <para>
/// A block in a single HEADERS frame, the usual case, is handed out where it lies; only longer blocks are copied.
/// CONTINUATION frames are limited in number too, because empty ones cost work without adding bytes.
/// </para>
/// <para>
/// Owner: one connection's reader loop. Threading: not safe for concurrent use. Memory: while a block is open, at most
/// <see cref="MaxBlockBytes"/>; otherwise none.
/// </para>
/// </remarks>
public sealed class HeaderBlockAssembler
{
    private byte[]? _buffer;
    private int _length;

    /// <summary>Creates an assembler without an open block.</summary>
    /// <param name="maxBlockBytes">Value of <see cref="MaxBlockBytes"/>, at least 1.</param>
    /// <param name="maxContinuationFrames">Value of <see cref="MaxContinuationFrames"/>, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is outside its range.</exception>
    public HeaderBlockAssembler(int maxBlockBytes, int maxContinuationFrames)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxBlockBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(maxContinuationFrames);
        MaxBlockBytes = maxBlockBytes;
        MaxContinuationFrames = maxContinuationFrames;
    }

    /// <summary>Largest block in bytes, as compressed; more is a connection error of type ENHANCE_YOUR_CALM.</summary>
    public int MaxBlockBytes { get; }

    /// <summary>
    /// Largest number of CONTINUATION frames in a block, empty ones included; more is a connection error of type
    /// ENHANCE_YOUR_CALM.
    /// </summary>
    public int MaxContinuationFrames { get; }

    /// <summary>CONTINUATION frames of the open or last block so far, with one that was refused.</summary>
    public int ContinuationFrames { get; private set; }

    /// <summary>Whether a block is open: HEADERS came and END_HEADERS has not.</summary>
    public bool IsAssembling { get; private set; }

    /// <summary>Stream of the open or last block; 0 before the first.</summary>
    public int StreamId { get; private set; }

    /// <summary>Whether the HEADERS of the open or last block carried END_STREAM.</summary>
    public bool EndStream { get; private set; }

    /// <summary>Takes a HEADERS or CONTINUATION frame.</summary>
    /// <param name="frame">A frame from <see cref="FrameReader"/>, which has checked the sequence.</param>
    /// <param name="block">
    /// The whole block once END_HEADERS came. Valid as long as the payload of <paramref name="frame"/>.
    /// </param>
    /// <returns>Whether the block is complete.</returns>
    /// <exception cref="Http2ProtocolException">The block is over a limit: ENHANCE_YOUR_CALM, connection.</exception>
    /// <exception cref="ArgumentException">The frame is of another type.</exception>
    /// <exception cref="InvalidOperationException">
    /// HEADERS while a block is open, or CONTINUATION for another stream or without an open block.
    /// </exception>
    public bool TryAppend(in FrameEvent frame, out ReadOnlySpan<byte> block)
    {
        switch (frame.Header.Type)
        {
            case FrameType.Headers:
                Start(frame);
                if (frame.EndHeaders)
                {
                    IsAssembling = false;
                    block = frame.Payload;
                    return true;
                }

                break;

            case FrameType.Continuation:
                Continue(frame);
                break;

            default:
                throw new ArgumentException("The frame is neither HEADERS nor CONTINUATION.", nameof(frame));
        }

        Append(frame.Payload);
        if (!frame.EndHeaders)
        {
            block = default;
            return false;
        }

        // The span keeps the array alive as long as it is used; the assembler itself holds nothing while idle.
        block = _buffer.AsSpan(0, _length);
        _buffer = null;
        IsAssembling = false;
        return true;
    }

    private void Start(in FrameEvent frame)
    {
        if (IsAssembling)
        {
            throw new InvalidOperationException("A field block is open; only its CONTINUATION may follow.");
        }

        CheckLength(frame.Payload.Length);
        IsAssembling = true;
        StreamId = frame.Header.StreamId;
        EndStream = frame.EndStream;
        _length = 0;
        ContinuationFrames = 0;
    }

    private void Continue(in FrameEvent frame)
    {
        if (!IsAssembling || frame.Header.StreamId != StreamId)
        {
            throw new InvalidOperationException("CONTINUATION without an open field block of its stream.");
        }

        ContinuationFrames++;
        if (ContinuationFrames > MaxContinuationFrames)
        {
            ProtocolErrors.Throw(
                Http2ErrorCode.EnhanceYourCalm,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"field block in more than {MaxContinuationFrames} CONTINUATION frames"),
                StreamId);
        }

        CheckLength((long)_length + frame.Payload.Length);
    }

    private void CheckLength(long length)
    {
        if (length > MaxBlockBytes)
        {
            ProtocolErrors.Throw(
                Http2ErrorCode.EnhanceYourCalm,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"field block of at least {length} bytes, at most {MaxBlockBytes} are accepted"));
        }
    }

    private void Append(ReadOnlySpan<byte> fragment)
    {
        int needed = _length + fragment.Length;
        if (_buffer is null || _buffer.Length < needed)
        {
            // Doubling, but never past the limit: what a peer can make us hold is MaxBlockBytes.
            int capacity = (int)Math.Min(MaxBlockBytes, Math.Max(needed, 2L * (_buffer?.Length ?? 0)));
            byte[] larger = new byte[capacity];
            _buffer.AsSpan(0, _length).CopyTo(larger);
            _buffer = larger;
        }

        fragment.CopyTo(_buffer.AsSpan(_length));
        _length = needed;
    }
}
