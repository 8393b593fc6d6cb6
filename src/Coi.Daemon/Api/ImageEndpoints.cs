using Coi.Contracts;
using Coi.Daemon.Configuration;
using Coi.Daemon.Hosting;
using Coi.Daemon.Images;

namespace Coi.Daemon.Api;

/// <summary>Routes that change images (<c>coi image</c>); what only reads asks Incus itself.</summary>
internal sealed class ImageEndpoints(StreamedAnswers answers, ImagePublication publication, ImageShelf shelf, ProcessOwner owner)
{
    /// <summary><c>POST /v1/images/publish</c>.</summary>
    public async Task PublishAsync(HttpContext context)
    {
        if (await ApiResults.ReadAsync(context, ContractsJson.Default.PublishImageRequest) is not { } request) return;
        await answers.AnswerAsync(context, (Action<Progress> tell, CancellationToken ended) => publication.RunAsync(request, Compression(request), tell, ended), ContractsJson.Default.PublishedImage);
    }

    /// <summary><c>POST /v1/images/delete</c>.</summary>
    public async Task DeleteAsync(HttpContext context)
    {
        if (await ApiResults.ReadAsync(context, ContractsJson.Default.DeleteImagesRequest) is not { } request) return;
        await answers.AnswerAsync(context, (Action<Progress> tell, CancellationToken ended) => shelf.DeleteAsync(request, tell, ended), ContractsJson.Default.DeletedImages);
    }

    /// <summary><c>POST /v1/images/cleanup</c>.</summary>
    public async Task CleanAsync(HttpContext context)
    {
        if (await ApiResults.ReadAsync(context, ContractsJson.Default.CleanImagesRequest) is not { } request) return;
        await answers.AnswerAsync(context, (Action<Progress> tell, CancellationToken ended) => shelf.CleanAsync(request, tell, ended), ContractsJson.Default.CleanedImages);
    }

    private string Compression(PublishImageRequest request) =>
        ConfigurationLoader.Load(new ConfigurationRequest
        {
            Home = owner.HomeDirectory,
            Environment = request.Client.Environment,
            Overrides = new ConfigurationOverrides(),
        }).OrThrow().Configuration.Build.Compression;
}
