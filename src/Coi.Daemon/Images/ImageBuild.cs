using Coi.Contracts;
using Coi.Incus;

namespace Coi.Daemon.Images;

/// <summary>One build, from its first to its last step.</summary>
internal sealed class ImageBuild(IncusClient incus, BuildRecipe recipe, BuildRequest request, BuildOptions options, BuildJournal journal, string version)
{
    // What is removed at the end must be removed also when the build was cancelled, but not for ever.
    private static readonly TimeSpan CleanupDeadline = TimeSpan.FromMinutes(3);
    private const int CleanupAttempts = 3;

    private static readonly TimeSpan PublishDeadline = TimeSpan.FromMinutes(20);

    private readonly BuildNames _names = BuildNames.Create(options.NamePrefix, request.Alias);
    private readonly BuildNetwork _network = new(incus, options);
    private bool _publishing;

    public async Task<BuiltImage> RunAsync(CancellationToken cancellationToken)
    {
        var bases = new BaseImages(incus, options, journal, new HostBootstrap(incus, options, journal));
        var chosen = await bases.ChooseAsync(request.Base, cancellationToken);
        var container = new BuildContainer(incus, _names.Container, journal);
        BuiltImage built;
        try
        {
            chosen = await PrepareAsync(container, chosen, bases, cancellationToken);
            await RunScriptsAsync(container, cancellationToken);
            built = await PublishAsync(container, chosen, cancellationToken);
        }
        finally
        {
            await CleanUpAsync();
        }

        await WarmAsync(built, cancellationToken);
        return built with { Seconds = journal.Elapsed.TotalSeconds };
    }

    private async Task<BaseImage> PrepareAsync(BuildContainer container, BaseImage chosen, BaseImages bases, CancellationToken cancellationToken)
    {
        journal.Step("network.create", "Creating the build's network");
        var plan = await _network.CreateAsync(_names.Bridge, cancellationToken);

        journal.Step("container.create", $"Creating the build container from {chosen.Description}");
        try
        {
            await container.CreateAsync(chosen.Source, plan, options, cancellationToken);
        }
        catch (Exception error) when (chosen.IsRemoteDefault && error is IncusException or IncusTimeoutException)
        {
            chosen = await bases.ChooseLocalAsync($"the image server's {options.RemoteBase} could not be fetched ({error.Message})", cancellationToken);
            journal.Line($"Base image: {chosen.Description}");
            await container.CreateAsync(chosen.Source, plan, options, cancellationToken);
        }

        journal.Step("container.start", "Starting the build container");
        await container.StartAsync();
        cancellationToken.ThrowIfCancellationRequested();
        var certificates = options.HostCaCertificates ? HostCertificates.Collect(options.HostCaDirectories, journal.Line) : [];
        await container.PushAsync(recipe, certificates, cancellationToken);
        await new NetworkCheck(container, journal, options).RunAsync(plan, needed: recipe.Own is null, cancellationToken);
        return chosen;
    }

    private async Task RunScriptsAsync(BuildContainer container, CancellationToken cancellationToken)
    {
        foreach (var script in recipe.Scripts)
        {
            journal.Step(script, $"Running {script}");
            await container.RunAsync(script, options.StepTimeout, cancellationToken);
        }

        if (recipe.Own is { } own)
        {
            await container.AskAsync(cancellationToken, "certificates");
            journal.Step("script", $"Running {own.Name}");
            await container.RunOwnAsync(own, options.StepTimeout, cancellationToken);
        }

        for (var i = 0; i < options.Commands.Count; i++)
        {
            journal.Step($"command.{i + 1}", $"Running: {options.Commands[i]}");
            await container.RunAsync(options.Commands[i], ["bash", "-lc", options.Commands[i]], options.StepTimeout, cancellationToken);
        }

        if (recipe.Last is { } last) await container.RunAsync(last, options.StepTimeout, cancellationToken);
        await container.CleanAsync(cancellationToken);
    }

    private async Task<BuiltImage> PublishAsync(BuildContainer container, BaseImage chosen, CancellationToken cancellationToken)
    {
        journal.Step("container.stop", "Stopping the build container");
        await container.StopAsync(cancellationToken);
        var instance = await incus.Instances.FindAsync(container.Name, cancellationToken)
            ?? throw new IncusException($"publish {container.Name}", 404, "the build container vanished");

        journal.Step("publish", $"Publishing the image as {version}");
        _publishing = true;
        var fingerprint = await incus.Images.PublishAsync(
            new PublishRequest
            {
                Instance = container.Name,
                Aliases = [version],
                CompressionAlgorithm = options.Compression,
                Properties = Properties(instance, container, chosen),
                Timeout = PublishDeadline,
            },
            new PercentReport(journal.Percent), cancellationToken);

        // One PUT: there is no moment at which the alias does not exist. Not broken off: what Incus has done by then would be taken back.
        cancellationToken.ThrowIfCancellationRequested();
        journal.Step("alias", $"Pointing {request.Alias} to the new image");
        await incus.Images.MoveAliasAsync(request.Alias, fingerprint, "coi image", CancellationToken.None);
        _publishing = false;
        await incus.Images.PatchAsync(fingerprint, BuildMarks.Finished, CancellationToken.None);
        var images = await incus.Images.ListAsync(CancellationToken.None);
        return new BuiltImage
        {
            Alias = request.Alias,
            VersionAlias = version,
            Fingerprint = fingerprint,
            Skipped = false,
            Base = chosen.Description,
            SizeBytes = images.FirstOrDefault(image => image.Fingerprint == fingerprint)?.Size ?? 0,
            LogPath = journal.Path,
            OlderVersions =
            [
                .. from older in ImageVersions.Of(images, request.Alias, options.Home)
                   where older.Image.Fingerprint != fingerprint
                   select older.ToContract(older.OtherNames.Count > 0 ? $"it is also named {string.Join(", ", older.OtherNames)}" : null),
            ],
        };
    }

    private Dictionary<string, string> Properties(Instance instance, BuildContainer container, BaseImage chosen)
    {
        var properties = ImageProperties.Of(instance, options.Home);
        var made = recipe.Own is null ? $"coi image {version}" : $"Custom image: {request.Alias}";
        properties["description"] = $"{made} ({properties["os"]} {properties["release"]})".Replace(" )", ")", StringComparison.Ordinal);
        properties["user.coi.base"] = chosen.Description;
        // Until its alias points to it, it is a leftover like the container that it is made from.
        foreach (var (key, value) in BuildMarks.For(options.Home)) properties[key] = value;
        foreach (var (key, value) in container.Properties) properties.TryAdd(key, value);
        return properties;
    }

    /// <summary>Unpacks the image once, which Incus otherwise does when the first session starts and somebody waits for it.</summary>
    private async Task WarmAsync(BuiltImage built, CancellationToken cancellationToken)
    {
        if (built.Fingerprint is not { } fingerprint) return;
        journal.Step("warm", "Unpacking the image for the first start");
        var config = BuildMarks.For(options.Home);
        try
        {
            await incus.Instances.CreateAsync(
                new NewInstance
                {
                    Name = _names.Container,
                    Source = InstanceSource.FromFingerprint(fingerprint),
                    Config = config,
                    Devices = new Dictionary<string, IReadOnlyDictionary<string, string>> { ["root"] = await RootDisk.FindAsync(incus, options.StoragePool, cancellationToken) },
                },
                new PercentReport(journal.Percent), cancellationToken);
        }
        catch (Exception error) when (error is IncusException or IncusUnavailableException or IncusTimeoutException or OperationCanceledException)
        {
            // The image is there and works; only the first start takes longer. Who cancels now has it all the same.
            journal.Line($"The image could not be unpacked in advance: {error.Message}");
        }
        finally
        {
            await CleanUpAsync();
        }
    }

    private async Task CleanUpAsync()
    {
        using var deadline = new CancellationTokenSource(CleanupDeadline);
        var leftovers = new BuildLeftovers(incus);
        await TryAsync("container", () => leftovers.RemoveInstanceAsync(_names.Container, deadline.Token));
        await TryAsync("network", () => _network.RemoveAsync(_names.Bridge, deadline.Token));
        if (_publishing) await TryAsync("unfinished image", () => leftovers.RemoveImageAsync(version, deadline.Token));
    }

    private async Task TryAsync(string what, Func<Task> remove)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await remove();
                return;
            }
            catch (Exception error) when (attempt < CleanupAttempts && error is IncusException or IncusTimeoutException)
            {
                // A busy machine, or somebody whose connection keeps others out (decision 8): each call has waited for its whole deadline.
            }
            catch (Exception error) when (error is IncusException or IncusUnavailableException or IncusTimeoutException or OperationCanceledException)
            {
                journal.LeavesSomething = true;
                journal.Line($"The build's {what} could not be removed now and will be when the daemon starts again: {error.Message}");
                return;
            }
        }
    }
}
