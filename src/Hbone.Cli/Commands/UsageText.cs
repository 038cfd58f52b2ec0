using System.CommandLine;
using System.CommandLine.Parsing;

namespace Hbone.Cli.Commands;

/// <summary>Says in one line what is wrong with a command line.</summary>
internal static class UsageText
{
    /// <summary>The first fault.</summary>
    public static string Describe(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0 && parsed.UnmatchedTokens is [string unknown, ..])
        {
            return $"there is no command '{command.Name} {unknown}'";
        }

        string text = parsed.Errors.Count == 0 ? "the command line is not understood" : parsed.Errors[0].Message;
        text = text.TrimEnd('.', ' ');
        return text.Length > 1 && char.IsUpper(text[0]) && !char.IsUpper(text[1])
            ? char.ToLowerInvariant(text[0]) + text[1..]
            : text;
    }

    /// <summary>The command it was meant for, such as <c>hbone pki issue</c>.</summary>
    public static string CommandPath(ParseResult parsed)
    {
        Stack<string> names = new();
        for (SymbolResult? result = parsed.CommandResult; result is not null; result = result.Parent)
        {
            if (result is CommandResult command)
            {
                names.Push(command.Command.Name);
            }
        }

        return string.Join(' ', names);
    }
}
