using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Contracts;

namespace Coi.Cli.Images;

/// <summary><c>coi image cleanup</c>.</summary>
internal sealed class ImageCleanupCommand : CoiCommand
{
    private readonly Argument<string> _prefix = new("prefix");
    private readonly Option<int> _keep = new("--keep")
    {
        HelpName = "N",
        Description = "How many of the newest versions stay (required)",
        DefaultValueFactory = _ => 0,
        CustomParser = result => int.TryParse(result.Tokens[^1].Value, out var number) && number > 0 ? number : Refuse(result),
    };

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only show what would be deleted" };
    private readonly Option<bool> _force = new("--force") { Description = "Do not ask" };
    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    public ImageCleanupCommand() : base("cleanup", "Delete old versions of an image")
    {
        Arguments.Add(_prefix);
        foreach (var option in new Option[] { _keep, _dryRun, _force, _format }) Options.Add(option);
    }

    /// <inheritdoc />
    public override string Details =>
        "Versions are what coi built or published under PREFIX and a time, PREFIX-YYYYMMDD-HHMMSS; nothing else is touched, whatever its name\n" +
        "begins with. An image that another alias points to stays. On a terminal it shows what it would delete and asks; elsewhere it does not\n" +
        "ask, for scripts.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("image cleanup coi --keep 2", "the two newest versions of the image coi stay"),
        new("image cleanup coi-rust --keep 1 --dry-run", "only show"),
        new("image cleanup coi --keep 1 --force --format=json", "for programs"),
    ];

    /// <inheritdoc />
    public override Completes CompletesAt(int position) => position == 0 ? Completes.Images : Completes.Nothing;

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var surroundings = invocation.Surroundings;
        if (!invocation.Given(_keep)) throw new UsageException("required flag(s) \"keep\" not set", UsageErrors.SeeHelp(this));
        var asJson = OutputFormat.IsJson(invocation, _format);
        var request = new CleanImagesRequest { Prefix = invocation.Value(_prefix) ?? "", Keep = invocation.Value(_keep), DryRun = invocation.Value(_dryRun) };
        using var daemon = Daemon.Of(surroundings);
        if (surroundings.InIsTerminal && !invocation.Value(_force) && !request.DryRun)
        {
            var found = await SendAsync(daemon, request with { DryRun = true }, surroundings);
            if (found.Deleted.Count > 0)
            {
                ImageCleanupText.Write(found, surroundings.Error);
                if (!new Talk(surroundings).Confirms($"Delete {found.Deleted.Count} version(s)?")) return ExitCodes.Success;
            }

            request = request with { Only = [.. found.Deleted.Select(version => version.Fingerprint)] };
        }

        var cleaned = await SendAsync(daemon, request, surroundings);
        if (asJson) OutputFormat.WriteJson(surroundings, cleaned, ContractsJson.Default.CleanedImages);
        else ImageCleanupText.Write(cleaned, surroundings.Error);
        if (cleaned.Failed.Count == 0) return ExitCodes.Success;
        throw new ProblemException(new Problem(
            "cleanup.incomplete", $"{cleaned.Failed.Count} version(s) could not be deleted: {string.Join("; ", cleaned.Failed.Select(version => $"{version.Alias} ({version.Why})"))}", "Run it again"));
    }

    private static async Task<CleanedImages> SendAsync(Daemon daemon, CleanImagesRequest request, Surroundings surroundings)
    {
        using var interruption = Interruption.Watch();
        using var view = new ProgressView(surroundings, onlyLive: true);
        return await daemon.StreamAsync(
            HttpMethod.Post, "v1/images/cleanup", Daemon.Body(request, ContractsJson.Default.CleanImagesRequest), "deleting old versions",
            ContractsJson.Default.CleanedImages, view, interruption.Token);
    }

    private static int Refuse(System.CommandLine.Parsing.ArgumentResult result)
    {
        result.AddError("--keep must be > 0");
        return 0;
    }
}

/// <summary>Says which versions went and which stay.</summary>
internal static class ImageCleanupText
{
    /// <summary>Writes it.</summary>
    public static void Write(CleanedImages cleaned, TextWriter output)
    {
        if (!cleaned.DryRun) output.WriteLine("Cleanup complete");
        if (cleaned.Deleted.Count + cleaned.Kept.Count + cleaned.Failed.Count == 0) output.WriteLine($"No versions of '{cleaned.Alias}'");
        Section(cleaned.DryRun ? "Would delete" : "Deleted", cleaned.Deleted);
        Section(cleaned.DryRun ? "Would keep" : "Kept", cleaned.Kept);

        void Section(string title, IReadOnlyList<ImageVersion> versions)
        {
            if (versions.Count == 0) return;
            output.WriteLine($"{title} {versions.Count} version{(versions.Count == 1 ? "" : "s")} ({ByteSize.Text(versions.Sum(version => version.SizeBytes))}):");
            foreach (var version in versions) output.WriteLine($"  - {version.Alias}  {ByteSize.Text(version.SizeBytes)}" + (version.Why is { } why ? $"  ({why})" : ""));
        }
    }
}
