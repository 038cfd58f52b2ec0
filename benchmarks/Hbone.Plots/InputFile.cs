using System.Text.Json;

namespace Hbone.Plots;

/// <summary>Reads measurements; whatever is wrong with the file is told in one line with its name.</summary>
internal static class InputFile
{
    /// <summary>What is not asked for is ignored; what is asked for must be there.</summary>
    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNameCaseInsensitive = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Reads and parses a file.</summary>
    /// <exception cref="PlotException">It cannot be read, or is not what the parser expects.</exception>
    public static T Read<T>(FileInfo file, Func<string, T> parse)
    {
        try
        {
            return parse(File.ReadAllText(file.FullName));
        }
        catch (JsonException exception)
        {
            // The serializer's own words name types of this program.
            string place = exception.Path is { Length: > 0 } path ? $" at {path}" : string.Empty;
            throw new PlotException($"{file}: line {exception.LineNumber + 1} is not what was expected{place}", exception);
        }
        catch (PlotException exception)
        {
            throw new PlotException($"{file}: {exception.Message}", exception);
        }
    }
}
