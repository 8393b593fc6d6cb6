using Coi.Contracts;
using Coi.Incus;

namespace Coi.Daemon.Images;

/// <summary>What a build starts from.</summary>
/// <param name="Source">For Incus.</param>
/// <param name="Description">For a person, with the reason why it is this one.</param>
/// <param name="IsRemoteDefault">It is the default of the image server, for which there is a substitute.</param>
internal sealed record BaseImage(InstanceSource Source, string Description, bool IsRemoteDefault = false);

/// <summary>Chooses the base image: what was asked for, else the image server's, else a local one, else one made here.</summary>
internal sealed class BaseImages(IncusClient incus, BuildOptions options, BuildJournal journal, HostBootstrap bootstrap)
{
    private const string Remote = "images:";

    public async Task<BaseImage> ChooseAsync(string? wanted, CancellationToken cancellationToken)
    {
        journal.Step("base", "Choosing the base image");
        wanted ??= options.Base;
        var chosen = wanted is null ? await ChooseDefaultAsync(cancellationToken) : await ChooseWantedAsync(wanted, cancellationToken);
        journal.Line($"Base image: {chosen.Description}");
        return chosen;
    }

    /// <summary>The substitute for the image server's base.</summary>
    public async Task<BaseImage> ChooseLocalAsync(string why, CancellationToken cancellationToken)
    {
        if (await incus.Images.FindByAliasAsync(options.BaseAlias, cancellationToken) is { } local)
            return new BaseImage(InstanceSource.FromFingerprint(local.Fingerprint), $"local image {options.BaseAlias} ({Describe(local)}), because {why}");
        journal.Line($"There is no local image {options.BaseAlias} and {why}: a base image is made here.");
        var made = await bootstrap.RunAsync(why, cancellationToken);
        return new BaseImage(InstanceSource.FromFingerprint(made.Fingerprint), $"local image {options.BaseAlias} ({Describe(made)}), made now, because {why}");
    }

    private async Task<BaseImage> ChooseWantedAsync(string wanted, CancellationToken cancellationToken)
    {
        if (wanted.StartsWith(Remote, StringComparison.Ordinal))
            return new BaseImage(InstanceSource.FromRemote(options.ImageServer, wanted[Remote.Length..]), $"{wanted}, as asked for");
        var image = await incus.Images.FindByAliasAsync(wanted, cancellationToken) ?? await incus.Images.FindAsync(wanted, cancellationToken)
            ?? throw new ProblemException(new Problem("image.missing", $"the base image '{wanted}' does not exist", wanted == "coi" ? "coi build makes it" : "coi image list --all, to see what there is; images:NAME takes one from the public image server"));
        return new BaseImage(InstanceSource.FromFingerprint(image.Fingerprint), $"local image {wanted} ({Describe(image)}), as asked for");
    }

    private async Task<BaseImage> ChooseDefaultAsync(CancellationToken cancellationToken)
    {
        var obstacle = await ProbeAsync(cancellationToken);
        return obstacle is null
            ? new BaseImage(InstanceSource.FromRemote(options.ImageServer, options.RemoteBase), $"{Remote}{options.RemoteBase}, the default", IsRemoteDefault: true)
            : await ChooseLocalAsync($"the public image server cannot be reached ({obstacle})", cancellationToken);
    }

    /// <summary>Null when the image server answers, else why it does not.</summary>
    private async Task<string?> ProbeAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient { Timeout = options.ImageServerTimeout };
        using var request = new HttpRequestMessage(HttpMethod.Head, new Uri($"{options.ImageServer}/streams/v1/index.json"));
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.IsSuccessStatusCode ? null : $"it answers with status {(int)response.StatusCode}";
        }
        catch (HttpRequestException error)
        {
            return (error.InnerException ?? error).Message.TrimEnd('.');
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer within {options.ImageServerTimeout.TotalSeconds:0.#} s";
        }
    }

    private static string Describe(Image image) =>
        image.Properties.TryGetValue("os", out var os) ? $"{os} {image.Properties.GetValueOrDefault("release")}".TrimEnd() : image.Fingerprint[..12];
}
