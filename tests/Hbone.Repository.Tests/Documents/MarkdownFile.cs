using System.Text.RegularExpressions;

namespace Hbone.Repository.Tests.Documents;

/// <summary>A Markdown file of the repository: its links, headings and code blocks.</summary>
internal sealed partial class MarkdownFile
{
    private readonly string _text;

    private MarkdownFile(string path, string text)
    {
        Path = path;
        _text = text;
    }

    /// <summary>Relative to the root of the repository.</summary>
    public string Path { get; }

    /// <summary>The targets of links and images, outside code blocks.</summary>
    public IEnumerable<string> Links => Link().Matches(CodeSpan().Replace(Fence().Replace(_text, ""), "")).Select(match => match.Groups["target"].Value);

    /// <summary>The fragments by which the headings of the file can be reached.</summary>
    public IEnumerable<string> Anchors => Heading().Matches(Fence().Replace(_text, ""))
        .Select(match => NotInAnchor().Replace(match.Groups["title"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    /// <summary>C# code blocks and the sample region each says it is taken from, null when it says none.</summary>
    public IEnumerable<(string? Source, string Code)> CSharpBlocks => CSharpFence().Matches(_text)
        .Select(match => (match.Groups["source"].Success ? match.Groups["source"].Value : null, match.Groups["code"].Value));

    public static MarkdownFile Parse(string path, string text) => new(path, text);

    public static IEnumerable<MarkdownFile> All() =>
        RepositoryTree.Files(pattern: "*.md").Select(path => Parse(path, RepositoryTree.Read(path)));

    [GeneratedRegex(@"\[[^\]]*\]\((?<target>[^)\s]+)[^)]*\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#{1,6}\s+(?<title>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^[ \t]*```.*?^[ \t]*```[ \t]*$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"`[^`\n]*`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();

    [GeneratedRegex(
        @"(?:^<!-- snippet: (?<source>\S+) -->\n+)?^```(?:csharp|cs|c#)\n(?<code>.*?)^```[ \t]*$",
        RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CSharpFence();
}
