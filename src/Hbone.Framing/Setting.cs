namespace Hbone.Framing;

/// <summary>One parameter of a SETTINGS frame: six bytes on the wire (RFC 9113 §6.5.1).</summary>
/// <param name="Id">Identifier; unknown values are kept as they came.</param>
/// <param name="Value">Value, 32 bits unsigned.</param>
public readonly record struct Setting(SettingId Id, uint Value)
{
    /// <summary>Size of a parameter on the wire: 6 bytes.</summary>
    public const int Size = 6;
}
