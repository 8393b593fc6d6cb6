using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Cli.Sessions;
using Coi.Contracts;

namespace Coi.Cli.Images;

/// <summary><c>coi image publish</c>.</summary>
internal sealed class ImagePublishCommand : CoiCommand
{
    private readonly Argument<string> _container = new("container");
    private readonly Argument<string> _alias = new("alias");
    private readonly Option<string> _description = new("--description") { HelpName = "TEXT", Description = "What it is, for a person" };
    private readonly Option<bool> _delete = new("--delete") { Description = "Delete the container once the image is there" };
    private readonly Option<bool> _force = new("--force") { Description = "Replace an image that has the alias; with --delete, delete the container although it runs" };

    /// <summary>Makes the command.</summary>
    public ImagePublishCommand() : base("publish", "Make an image from a container")
    {
        Arguments.Add(_container);
        Arguments.Add(_alias);
        foreach (var option in new Option[] { _description, _delete, _force }) Options.Add(option);
    }

    /// <inheritdoc />
    public override string Details =>
        "The container stays as it is. One that runs goes on running: the image holds what its disk held at the beginning, as after a power\n" +
        "cut; stop the container first when a database or the like must be at rest. Mounts (the workspace, the tool's state) are not part of\n" +
        "the image. The result is JSON on standard output.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("image publish my-container my-image", "the container stays"),
        new("image publish my-container my-image --description \"with Rust\" --force", "in place of an earlier one"),
        new("image publish my-container my-image --delete", "the container goes, and its network with it"),
    ];

    /// <inheritdoc />
    public override Completes CompletesAt(int position) => position == 0 ? Completes.Containers : Completes.Nothing;

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var surroundings = invocation.Surroundings;
        var request = new PublishImageRequest
        {
            Container = invocation.Value(_container) ?? "",
            Alias = invocation.Value(_alias) ?? "",
            Description = invocation.Value(_description),
            Delete = invocation.Value(_delete),
            Force = invocation.Value(_force),
            Client = ClientContexts.Of(surroundings),
        };
        using var interruption = Interruption.Watch();
        using var daemon = Daemon.Of(surroundings);
        try
        {
            PublishedImage published;
            using (var view = new ProgressView(surroundings))
            {
                published = await daemon.StreamAsync(
                    HttpMethod.Post, "v1/images/publish", Daemon.Body(request, ContractsJson.Default.PublishImageRequest), $"publishing {request.Container}",
                    ContractsJson.Default.PublishedImage, view, interruption.Token);
            }

            new Talk(surroundings).Say(
                $"Image '{published.Alias}' is published ({ByteSize.Text(published.SizeBytes)}){(published.Replaced is null ? "" : " in place of the earlier one")}; container {request.Container} is {published.Container}");
            OutputFormat.WriteJson(surroundings, new PublishedLine(published.Alias, published.Fingerprint), ImagesJson.Default.PublishedLine);
            return ExitCodes.Success;
        }
        catch (OperationCanceledException) when (interruption.Came)
        {
            return interruption.ExitCode; // coid undoes what nobody waits for
        }
    }
}
