using System.Text.Json;
using Coi.Cli.CommandLine;
using Json.Schema;
using Xunit;

namespace Coi.Cli.Tests.Schemas;

/// <summary>What is printed for programs is written down; the end-to-end tests hold the real output against it.</summary>
public sealed class JsonSchemaSpecs
{
    private static readonly string Directory = Path.Combine(Repository(), "docs", "json");

    [Fact]
    public void Every_command_that_prints_JSON_has_a_schema_and_every_schema_is_of_such_a_command() => Assert.Equal(
        new CommandTree().Shown.Where(PrintsJson).Select(command => UsageErrors.PathOf(command)["coi ".Length..].Replace(' ', '-') + ".schema.json").Order(),
        System.IO.Directory.GetFiles(Directory).Select(Path.GetFileName).Order());

    [Fact]
    public void Every_schema_is_one_that_says_what_each_part_means_and_takes_no_other()
    {
        foreach (var file in System.IO.Directory.GetFiles(Directory))
        {
            var text = File.ReadAllText(file);
            using var document = JsonDocument.Parse(text);
            var evaluation = MetaSchemas.Draft202012.Evaluate(document.RootElement, new EvaluationOptions { OutputFormat = global::Json.Schema.OutputFormat.List });
            Assert.True(evaluation.IsValid, $"{file} is no schema");
            Assert.Equal("coi " + Path.GetFileName(file).Split('.')[0].Replace('-', ' '), document.RootElement.GetProperty("title").GetString());
            Closed(document.RootElement, file);
        }
    }

    [Fact]
    public async Task The_version_is_what_its_schema_says()
    {
        using var caller = new Caller();
        var said = await caller.RunAsync("version", "--format=json");
        using var document = JsonDocument.Parse(said.Out);
        var schema = JsonSchema.FromText(File.ReadAllText(Path.Combine(Directory, "version.schema.json")));
        Assert.True(schema.Evaluate(document.RootElement).IsValid, said.Out);
    }

    private static bool PrintsJson(CoiCommand command) => command.Options.Any(option => option.Name == "--format");

    // An object that takes anything would let a new key pass that nobody has described.
    private static void Closed(JsonElement schema, string file)
    {
        if (schema.ValueKind == JsonValueKind.Array) foreach (var item in schema.EnumerateArray()) Closed(item, file);
        if (schema.ValueKind != JsonValueKind.Object) return;
        if (schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object && schema.TryGetProperty("required", out _))
        {
            Assert.True(schema.TryGetProperty("additionalProperties", out var more) && more.ValueKind == JsonValueKind.False, $"{file}: {schema}");
            foreach (var property in properties.EnumerateObject()) Assert.True(property.Value.TryGetProperty("description", out _), $"{file}: {property.Name} is not described");
        }

        foreach (var property in schema.EnumerateObject()) Closed(property.Value, file);
    }

    private static string Repository()
    {
        var directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "Coi.sln"))) directory = Path.GetDirectoryName(directory);
        return directory ?? throw new InvalidOperationException("these tests are run from a checkout");
    }
}
