using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Instances;

namespace Coi.Cli.Images;

/// <summary><c>coi image exists</c>.</summary>
internal sealed class ImageExistsCommand : CoiCommand
{
    private readonly Argument<string> _alias = new("alias");

    /// <summary>Makes the command.</summary>
    public ImageExistsCommand() : base("exists", "Tell by the exit code whether an image exists") => Arguments.Add(_alias);

    /// <inheritdoc />
    public override string Details => "Says nothing; exit code 0 means yes, 1 no. When Incus cannot be asked that is said, and the exit code is 1 too.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples => [new("image exists coi-rust", "by its alias"), new("image exists coi", "before 'coi build', in a script")];

    /// <inheritdoc />
    public override Completes CompletesAt(int position) => position == 0 ? Completes.Images : Completes.Nothing;

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        using var incus = await DirectIncus.OpenAsync(invocation.Surroundings);
        return invocation.Value(_alias) is { Length: > 0 } alias && await incus.Images.FindAliasAsync(alias) is not null ? ExitCodes.Success : ExitCodes.Failure;
    }
}

/// <summary><c>coi image info</c>.</summary>
internal sealed class ImageInfoCommand : CoiCommand
{
    private readonly Argument<string> _alias = new("alias");
    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    public ImageInfoCommand() : base("info", "Show what an image is and where it comes from")
    {
        Arguments.Add(_alias);
        Options.Add(_format);
    }

    /// <inheritdoc />
    public override string Details => "The beginning of its fingerprint names an image too, from twelve characters on.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples => [new("image info coi", "for a person"), new("image info coi --format=json", "for programs")];

    /// <inheritdoc />
    public override Completes CompletesAt(int position) => position == 0 ? Completes.Images : Completes.Nothing;

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var surroundings = invocation.Surroundings;
        var json = OutputFormat.IsJson(invocation, _format);
        var name = invocation.Value(_alias) ?? "";
        using var incus = await DirectIncus.OpenAsync(surroundings);
        var details = LocalImages.Details(await LocalImages.FindAsync(incus, name) ?? throw LocalImages.Missing(name));
        if (json) OutputFormat.WriteJson(surroundings, details, ImagesJson.Default.ImageDetails);
        else Write(details, surroundings.Out);
        return ExitCodes.Success;
    }

    private static void Write(ImageDetails image, TextWriter output)
    {
        Line("Aliases", string.Join(", ", image.Aliases));
        Line("Fingerprint", image.Fingerprint);
        Line("Description", image.Description);
        Line("Size", ByteSize.Text(image.Size));
        Line("System", $"{image.Os} {image.Release} {image.Architecture}".Replace("  ", " ", StringComparison.Ordinal).Trim());
        Line("Made by", image.MadeByCoi ? "coi" : "others");
        Line("Base", image.Base);
        Line("Created", ImageTable.Time(image.CreatedAt));
        Line("Uploaded", ImageTable.Time(image.UploadedAt));
        Line("Last used", image.LastUsedAt is { } used ? ImageTable.Time(used) : "never");

        void Line(string label, string text)
        {
            if (text.Length > 0) output.WriteLine($"{label + ":",-13}{text}");
        }
    }
}
