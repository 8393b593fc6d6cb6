using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Coi.Contracts;
using Coi.Daemon.Hosting;
using Coi.Incus;

namespace Coi.Daemon.Images;

/// <summary>Builds images: a container from a base, the recipe's scripts in it, an image out of it.</summary>
/// <param name="incus">The Incus to build in.</param>
/// <param name="time">The clock.</param>
/// <param name="recipe">What runs in the container; null means the coi image's own recipe.</param>
public sealed partial class ImageBuilder(IncusClient incus, TimeProvider time, BuildRecipe? recipe = null) : IImageBuilder
{
    private readonly BuildRecipe _recipe = recipe ?? BuildRecipe.Coi;

    /// <inheritdoc />
    public async Task<BuiltImage> BuildAsync(BuildRequest request, BuildOptions options, IBuildObserver observer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(options);
        if (!ValidAlias().IsMatch(request.Alias))
            throw new ProblemException(new Problem("image.alias_invalid", $"'{request.Alias}' cannot be an image's name", "use letters, digits, dots and dashes, such as my-image"));

        var version = $"{request.Alias}-{time.GetLocalNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}";
        BuildJournal? journal = null;
        try
        {
            if (!request.Force && await incus.Images.FindAliasAsync(request.Alias, cancellationToken) is not null)
                return new BuiltImage { Alias = request.Alias, Skipped = true };

            journal = new BuildJournal(BuildLogs.PathOf(options.LogDirectory, version), observer, time);
            BuildLogs.Trim(options.LogDirectory);
            var built = await new Build(incus, options.ToolScripts is { } tools ? _recipe.WithTools(tools) : _recipe, request, options, journal, version).RunAsync(cancellationToken);
            journal.End($"built {built.VersionAlias}");
            return built;
        }
        catch (Exception error) when (journal is not null)
        {
            var problem = BuildProblems.From(error, journal, request.Alias);
            TryEnd(journal, problem, error);
            throw new ProblemException(problem, error);
        }
        catch (Exception error) when (error is IncusUnavailableException or IncusException or IncusTimeoutException or IOException or UnauthorizedAccessException)
        {
            throw new ProblemException(BuildProblems.BeforeStart(error, options), error);
        }
        finally
        {
            journal?.Dispose();
        }
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<string>> RemoveLeftoversAsync(string home, CancellationToken cancellationToken = default) =>
        new BuildLeftovers(incus).RemoveAsync(home, cancellationToken);

    private static void TryEnd(BuildJournal journal, Problem problem, Exception error)
    {
        try
        {
            journal.End($"failed: {problem.Code}: {problem.Message} ({error.GetType().Name}: {error.Message})");
        }
        catch (IOException)
        {
            // The log's disk may be what is full; the problem itself still reaches the user.
        }
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$")]
    private static partial Regex ValidAlias();

    /// <summary>One build, from its first to its last step.</summary>
    private sealed class Build(IncusClient incus, BuildRecipe recipe, BuildRequest request, BuildOptions options, BuildJournal journal, string version)
    {
        // What is removed at the end must be removed also when the build was cancelled, but not for ever.
        private static readonly TimeSpan CleanupDeadline = TimeSpan.FromMinutes(2);
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
                await container.CreateAsync(chosen.Source, plan.Bridge, options, cancellationToken);
            }
            catch (Exception error) when (chosen.IsRemoteDefault && error is IncusException or IncusTimeoutException)
            {
                chosen = await bases.ChooseLocalAsync($"the image server's {options.RemoteBase} could not be fetched ({error.Message})", cancellationToken);
                journal.Line($"Base image: {chosen.Description}");
                await container.CreateAsync(chosen.Source, plan.Bridge, options, cancellationToken);
            }

            journal.Step("container.start", "Starting the build container");
            await container.StartAsync();
            cancellationToken.ThrowIfCancellationRequested();
            var certificates = options.HostCaCertificates ? HostCertificates.Collect(options.HostCaDirectories) : [];
            await container.PushAsync(recipe, certificates, cancellationToken);
            await new NetworkCheck(container, journal, options).RunAsync(plan, cancellationToken);
            return chosen;
        }

        private async Task RunScriptsAsync(BuildContainer container, CancellationToken cancellationToken)
        {
            foreach (var script in recipe.Scripts)
            {
                journal.Step(script, $"Running {script}");
                await container.RunAsync(script, options.StepTimeout, cancellationToken);
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
                new BuildContainer.PercentReport(journal), cancellationToken);

            // One PUT: there is no moment at which the alias does not exist.
            journal.Step("alias", $"Pointing {request.Alias} to the new image");
            await incus.Images.MoveAliasAsync(request.Alias, fingerprint, "coi image", cancellationToken);
            _publishing = false;
            var image = await incus.Images.FindAsync(fingerprint, cancellationToken);
            return new BuiltImage
            {
                Alias = request.Alias,
                VersionAlias = version,
                Fingerprint = fingerprint,
                Skipped = false,
                Base = chosen.Description,
                SizeBytes = image?.Size ?? 0,
                LogPath = journal.Path,
            };
        }

        private Dictionary<string, string> Properties(Instance instance, BuildContainer container, BaseImage chosen)
        {
            var os = instance.Config.GetValueOrDefault("image.os", "Linux");
            var release = instance.Config.GetValueOrDefault("image.release", "");
            return new Dictionary<string, string>(container.Properties)
            {
                ["description"] = $"coi image {version} ({os} {release})".Replace(" )", ")", StringComparison.Ordinal),
                ["os"] = os,
                ["release"] = release,
                ["architecture"] = instance.Architecture,
                [OwnerKeys.Kind] = "image",
                [OwnerKeys.Home] = options.Home,
                ["user.coi.base"] = chosen.Description,
                ["user.coi.version"] = Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "",
            };
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
                    new BuildContainer.PercentReport(journal), cancellationToken);
            }
            catch (Exception error) when (error is IncusException or IncusTimeoutException)
            {
                // The image is there and works; only the first start takes longer.
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
            try
            {
                await remove();
            }
            catch (Exception error) when (error is IncusException or IncusUnavailableException or IncusTimeoutException or OperationCanceledException)
            {
                journal.Line($"The build's {what} could not be removed now and will be when the daemon starts again: {error.Message}");
            }
        }
    }
}
