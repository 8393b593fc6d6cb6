using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Instances;
using Coi.Incus;

namespace Coi.Cli.Images;

/// <summary><c>coi image list</c>, and <c>coi images</c>, which is the same without <c>--prefix</c>.</summary>
internal sealed class ImageListCommand : CoiCommand
{
    private readonly Option<bool> _all = new("--all", "-a") { Description = "Every local image, not only coi's own" };
    private readonly Option<string> _prefix = new("--prefix") { HelpName = "TEXT", Description = "Images with an alias that begins so" };
    private readonly Option<string> _format = new("--format")
    {
        HelpName = "FORMAT",
        Description = "table or json (default table)",
        DefaultValueFactory = _ => "table",
    };

    private readonly string _path;

    /// <summary>Makes one of the two.</summary>
    public ImageListCommand(bool isShort = false) : base(isShort ? "images" : "list", isShort ? "List images; the same as 'coi image list'" : "List images")
    {
        _path = isShort ? "images" : "image list";
        Options.Add(_all);
        if (!isShort) Options.Add(_prefix);
        Options.Add(_format);
    }

    /// <inheritdoc />
    public override string Details =>
        "As JSON it is an array of all images that have an alias (with --prefix: one that begins so), each with fingerprint, aliases, size in\n" +
        "bytes and created_at; without any the array is empty.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples => [.. AllExamples()];

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var surroundings = invocation.Surroundings;
        var json = invocation.Value(_format) switch
        {
            "json" => true,
            "table" or "text" => false,
            var format => throw new UsageException($"invalid format '{format}'", "--format takes table or json"),
        };
        var prefix = Options.Contains(_prefix) ? invocation.Value(_prefix) : null;
        using var incus = await DirectIncus.OpenAsync(surroundings);
        var images = await incus.Images.ListAsync();
        if (json)
        {
            var lines = images.Where(image => image.Aliases.Any(alias => Begins(alias, prefix))).Select(LocalImages.Line);
            OutputFormat.WriteJson(surroundings, [.. lines.OrderBy(line => line.Aliases[0], StringComparer.Ordinal)], ImagesJson.Default.ImageLineArray);
        }
        else if (prefix is not null)
        {
            ImageTable.WritePrefixed([.. images.SelectMany(image => image.Aliases.Where(alias => Begins(alias, prefix)).Select(alias => (alias.Name, image)))], surroundings.Out);
        }
        else
        {
            ImageTable.WriteOwn(images, surroundings.Out);
            if (invocation.Value(_all)) ImageTable.WriteAll(images, surroundings.Out);
            ImageTable.WriteHints(invocation.Value(_all), surroundings.Out);
        }

        return ExitCodes.Success;
    }

    private static bool Begins(ImageAliasName alias, string? prefix) => alias.Name.StartsWith(prefix ?? "", StringComparison.Ordinal);

    private IEnumerable<Example> AllExamples()
    {
        yield return new(_path, "coi's own");
        yield return new($"{_path} --all", "all that Incus has");
        if (Options.Contains(_prefix)) yield return new($"{_path} --prefix coi-", "aliases that begin so");
        yield return new($"{_path} --format=json", "for programs");
    }
}
