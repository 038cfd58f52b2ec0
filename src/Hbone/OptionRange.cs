using System.Runtime.CompilerServices;

namespace Hbone;

/// <summary>Range checks of option setters.</summary>
internal static class OptionRange
{
    public static T Check<T>(T value, T min, T max, [CallerMemberName] string option = "")
        where T : IComparable<T>
    {
        if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0)
        {
            throw new ArgumentOutOfRangeException(option, value, $"{option} must be from {min} to {max}");
        }

        return value;
    }
}
