using System.Globalization;

namespace Hbone.Cli.Output;

/// <summary>Points in time as text.</summary>
internal static class Timestamp
{
    /// <summary>RFC 3339 in UTC, whole seconds.</summary>
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
