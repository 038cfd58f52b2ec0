namespace Hbone;

/// <summary>What a <see cref="TargetPolicy"/> says about one target.</summary>
/// <param name="IsAllowed">Whether the target may be dialled.</param>
/// <param name="Reason">The rule that allows it, or why none does; one line without peer-chosen control characters.</param>
public readonly record struct TargetDecision(bool IsAllowed, string Reason);
