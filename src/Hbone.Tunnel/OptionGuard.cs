using System.Runtime.CompilerServices;

namespace Hbone.Tunnel;

/// <summary>Range checks shared by the option classes.</summary>
internal static class OptionGuard
{
    internal static int InRange(int value, int min, int max, [CallerMemberName] string name = "") =>
        value < min || value > max
            ? throw new ArgumentOutOfRangeException(name, value, $"{name} must be between {min} and {max}.")
            : value;

    internal static TimeSpan InRange(TimeSpan value, TimeSpan min, TimeSpan max, [CallerMemberName] string name = "") =>
        value < min || value > max
            ? throw new ArgumentOutOfRangeException(name, value, $"{name} must be between {min} and {max}.")
            : value;
}
