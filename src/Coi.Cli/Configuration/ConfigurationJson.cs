using System.Text.Json.Serialization;
using Coi.Contracts;

namespace Coi.Cli.Configuration;

/// <summary>What <c>coi config init</c> prints.</summary>
/// <param name="Path">Where the file was written.</param>
internal sealed record WrittenFile(string Path);

/// <summary>Serialisation of what is printed.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(WrittenFile))]
[JsonSerializable(typeof(ConfigurationFile[]))]
internal sealed partial class ConfigurationJson : JsonSerializerContext;
