using System.Text.Json.Serialization;

namespace Hbone.Cli.Output;

/// <summary>Source-generated JSON for <see cref="CliEvent"/>: one compact object a line, camelCase, nulls left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CliEvent))]
internal sealed partial class CliJsonContext : JsonSerializerContext;
