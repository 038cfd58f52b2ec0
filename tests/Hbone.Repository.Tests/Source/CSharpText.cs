using System.Text;

namespace Hbone.Repository.Tests.Source;

/// <summary>C# source with the contents of comments, directives, strings and characters blanked out.</summary>
/// <remarks>
/// Enough of a lexer for the light checks of this project. What is blanked becomes spaces, line ends stay, so that
/// positions and line numbers still fit the original.
/// </remarks>
internal static class CSharpText
{
    public static string Blank(string source)
    {
        StringBuilder result = new(source.Length);
        int position = 0;
        while (position < source.Length)
        {
            int end = EndOfBlanked(source, position);
            if (end == position)
            {
                result.Append(source[position++]);
                continue;
            }

            for (; position < end; position++)
            {
                result.Append(source[position] == '\n' ? '\n' : ' ');
            }
        }

        return result.ToString();
    }

    private static int EndOfBlanked(string source, int start)
    {
        char current = source[start];
        char next = start + 1 < source.Length ? source[start + 1] : '\0';
        return current switch
        {
            '/' when next == '/' => EndOfLine(source, start),
            '/' when next == '*' => After(source, "*/", start + 2),
            '#' when IsFirstOnLine(source, start) => EndOfLine(source, start),
            '\'' => EndOfCharacter(source, start),
            '"' or '$' or '@' => EndOfString(source, start),
            _ => start,
        };
    }

    private static int EndOfString(string source, int start)
    {
        int position = start;
        bool interpolated = false;
        bool verbatim = false;
        while (position < source.Length && source[position] is '$' or '@')
        {
            interpolated |= source[position] == '$';
            verbatim |= source[position] == '@';
            position++;
        }

        int quotes = 0;
        while (position + quotes < source.Length && source[position + quotes] == '"')
        {
            quotes++;
        }

        return quotes switch
        {
            0 => start,
            2 => position + 2,
            >= 3 => After(source, new string('"', quotes), position + quotes),
            _ => EndOfQuoted(source, position + 1, interpolated, verbatim),
        };
    }

    private static int EndOfQuoted(string source, int start, bool interpolated, bool verbatim)
    {
        int position = start;
        while (position < source.Length)
        {
            char current = source[position];
            char next = position + 1 < source.Length ? source[position + 1] : '\0';
            if (current == '"' && !(verbatim && next == '"'))
            {
                return position + 1;
            }

            if (interpolated && current == '{' && next != '{')
            {
                position = EndOfHole(source, position + 1);
                continue;
            }

            bool pair = (current == '"' && verbatim) || (current == '\\' && !verbatim) || (current == '{' && interpolated);
            position += pair ? 2 : 1;
        }

        return source.Length;
    }

    private static int EndOfHole(string source, int start)
    {
        int depth = 1;
        int position = start;
        while (position < source.Length && depth > 0)
        {
            int end = EndOfBlanked(source, position);
            if (end > position)
            {
                position = end;
                continue;
            }

            depth += source[position] switch { '{' => 1, '}' => -1, _ => 0 };
            position++;
        }

        return position;
    }

    private static int EndOfCharacter(string source, int start)
    {
        int position = start + 1;
        while (position < source.Length && source[position] is not ('\'' or '\n'))
        {
            position += source[position] == '\\' ? 2 : 1;
        }

        return Math.Min(position + 1, source.Length);
    }

    private static bool IsFirstOnLine(string source, int position)
    {
        int lineStart = position == 0 ? 0 : source.LastIndexOf('\n', position - 1) + 1;
        return string.IsNullOrWhiteSpace(source[lineStart..position]);
    }

    private static int EndOfLine(string source, int start) =>
        source.IndexOf('\n', start) is >= 0 and int end ? end : source.Length;

    private static int After(string source, string mark, int start) =>
        source.IndexOf(mark, Math.Min(start, source.Length), StringComparison.Ordinal) is >= 0 and int found
            ? found + mark.Length
            : source.Length;
}
