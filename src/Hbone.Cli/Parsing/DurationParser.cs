using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Hbone.Cli.Parsing;

/// <summary>Reads durations such as <c>90s</c>, <c>30m</c>, <c>24h</c>, <c>7d</c> and <c>1h30m</c>.</summary>
internal static class DurationParser
{
    /// <summary>The form, for error messages.</summary>
    public const string Form = "a whole number with s, m, h or d, such as 90s, 30m, 24h, 7d or 1h30m";

    /// <summary>The longest duration understood: 100 years, far beyond any certificate.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    /// <summary>Reads one or more number-and-unit pairs, largest unit first, each unit at most once.</summary>
    /// <param name="text">The text of the flag.</param>
    /// <param name="duration">The sum; more than zero and at most <see cref="Longest"/>.</param>
    /// <param name="reason">Why the text is not a duration.</param>
    public static bool TryParse(string? text, out TimeSpan duration, [NotNullWhen(false)] out string? reason)
    {
        duration = TimeSpan.Zero;
        reason = null;
        if (string.IsNullOrEmpty(text))
        {
            reason = $"a duration is missing: give {Form}";
            return false;
        }

        long seconds = 0;
        long lastUnit = long.MaxValue;
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            int digits = rest.IndexOfAnyExceptInRange('0', '9');
            long unit = digits < 1 ? 0 : SecondsOf(rest[digits]);
            if (unit == 0 || unit >= lastUnit)
            {
                reason = $"'{text}' is not a duration: give {Form}";
                return false;
            }

            lastUnit = unit;
            if (digits > 10
                || !long.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out long count)
                || (seconds += count * unit) > (long)Longest.TotalSeconds)
            {
                reason = $"'{text}' is longer than 36500d";
                return false;
            }

            rest = rest[(digits + 1)..];
        }

        if (seconds == 0)
        {
            reason = $"'{text}' is no time at all: give more than zero";
            return false;
        }

        duration = TimeSpan.FromSeconds(seconds);
        return true;
    }

    /// <summary>Writes a duration the way <see cref="TryParse"/> reads it, whole seconds.</summary>
    public static string Format(TimeSpan duration)
    {
        string text = string.Empty;
        long seconds = (long)duration.TotalSeconds;
        foreach ((long unit, char letter) in (ReadOnlySpan<(long, char)>)[(86_400, 'd'), (3_600, 'h'), (60, 'm'), (1, 's')])
        {
            if (seconds >= unit)
            {
                text += string.Create(CultureInfo.InvariantCulture, $"{seconds / unit}{letter}");
                seconds %= unit;
            }
        }

        return text.Length == 0 ? "0s" : text;
    }

    private static long SecondsOf(char unit) => unit switch
    {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => 0,
    };
}
