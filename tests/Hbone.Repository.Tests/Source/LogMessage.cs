using System.Text.RegularExpressions;

namespace Hbone.Repository.Tests.Source;

/// <summary>A LoggerMessage attribute and the event id it gives.</summary>
/// <param name="Path">The file it stands in.</param>
/// <param name="EventId">Its number as digits; null when it has none or names a constant that is nowhere in its package.</param>
internal sealed partial record LogMessage(string Path, string? EventId)
{
    public static IReadOnlyList<LogMessage> All() =>
    [
        .. RepositoryTree.Files("src", "*.csproj")
            .SelectMany(project => Parse([.. SourceFile.Under(System.IO.Path.GetDirectoryName(project)!)])),
    ];

    /// <summary>Reads the files of one package; constants are looked up among them.</summary>
    public static IReadOnlyList<LogMessage> Parse(IReadOnlyList<SourceFile> files)
    {
        Dictionary<string, string> constants = files
            .SelectMany(file => Constant().Matches(file.Code))
            .GroupBy(match => match.Groups["name"].Value, match => match.Groups["value"].Value)
            .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);

        return
        [
            .. files.SelectMany(file => Attribute().Matches(file.Code)
                .Select(match => new LogMessage(file.Path, Resolve(match.Groups["arguments"].Value, constants)))),
        ];
    }

    private static string? Resolve(string arguments, Dictionary<string, string> constants)
    {
        Match id = NamedId().Match(arguments) is { Success: true } named ? named : FirstId().Match(arguments);
        string text = id.Groups["id"].Value;
        string? value = text switch
        {
            "" => null,
            _ when char.IsAsciiDigit(text[0]) => text,
            _ => constants.GetValueOrDefault(text[(text.LastIndexOf('.') + 1)..]),
        };
        return value?.Replace("_", "", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\bLoggerMessage\s*\((?<arguments>[^)]*)\)")]
    private static partial Regex Attribute();

    [GeneratedRegex(@"\bEventId\s*=\s*(?<id>[\w.]+)")]
    private static partial Regex NamedId();

    [GeneratedRegex(@"^\s*(?<id>\d[\d_]*|[\w.]+(?=\s*,\s*LogLevel\.))")]
    private static partial Regex FirstId();

    [GeneratedRegex(@"\bconst\s+int\s+(?<name>\w+)\s*=\s*(?<value>\d[\d_]*)\s*;")]
    private static partial Regex Constant();
}
