using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Contracts;

namespace Coi.Cli.Images;

/// <summary><c>coi image delete</c>.</summary>
internal sealed class ImageDeleteCommand : CoiCommand
{
    private readonly Argument<string[]> _aliases = new("alias") { Arity = ArgumentArity.OneOrMore };
    private readonly Option<bool> _force = new("--force") { Description = "Delete an image although other aliases point to it" };

    /// <summary>Makes the command.</summary>
    public ImageDeleteCommand() : base("delete", "Delete images")
    {
        Arguments.Add(_aliases);
        Options.Add(_force);
    }

    /// <inheritdoc />
    public override string Details =>
        "An image that has other names too, apart from the one with its build's time, is only deleted when all of them are named, or with\n" +
        "--force. Containers that were made from it stay. Without an alias, the beginning of the fingerprint names an image.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
        [new("image delete coi-rust", "one"), new("image delete coi-rust coi-go my-image", "several; what could not be deleted is listed, and makes the exit code")];

    /// <inheritdoc />
    public override Completes CompletesAt(int position) => Completes.Images;

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var surroundings = invocation.Surroundings;
        var request = new DeleteImagesRequest(invocation.Value(_aliases) ?? [], invocation.Value(_force));
        using var daemon = Daemon.Of(surroundings);
        DeletedImages deleted;
        using (var view = new ProgressView(surroundings, onlyLive: true))
        {
            deleted = await daemon.StreamAsync(
                HttpMethod.Post, "v1/images/delete", Daemon.Body(request, ContractsJson.Default.DeleteImagesRequest), "deleting images",
                ContractsJson.Default.DeletedImages, view, CancellationToken.None);
        }

        var talk = new Talk(surroundings);
        foreach (var image in deleted.Images)
        {
            if (image.Problem is { } problem) talk.Error(problem);
            else talk.Say($"Image '{image.Name}' deleted" + (image.OlderVersions > 0 ? $"; {image.OlderVersions} older version(s) stay: 'coi image list --prefix {image.Name}-' lists them" : ""));
        }

        return deleted.Images.All(image => image.Problem is null) ? ExitCodes.Success : ExitCodes.Failure;
    }
}
