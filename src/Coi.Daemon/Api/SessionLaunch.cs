using Akka.Actor;
using Akka.Hosting;
using Coi.Contracts;
using Coi.Daemon.Configuration;
using Coi.Daemon.Hosting;
using Coi.Daemon.Index;
using Coi.Daemon.Sessions;
using Coi.Daemon.Slots;
using Coi.Daemon.Tools;
using Coi.Domain;
using Coi.Domain.Configuration;
using Coi.Domain.Network;
using Coi.Domain.Slots;
using Coi.Domain.Tools;
using Coi.Incus;

namespace Coi.Daemon.Api;

/// <summary>Turns a request into a launch: configuration, tool, conversation, checks. Nothing exists in Incus before all of it holds.</summary>
internal sealed class SessionLaunch(SessionStore sessions, SessionKeeper keeper, IncusClient incus, IRequiredActor<IndexActor> index, ProcessOwner owner)
{
    private static readonly TimeSpan IndexDeadline = TimeSpan.FromSeconds(5);

    /// <summary>Prepares a launch.</summary>
    /// <exception cref="FailureException">Something that the user asked for cannot be had.</exception>
    public async Task<PreparedLaunch> PrepareAsync(StartSessionRequest request, CancellationToken cancellationToken)
    {
        var workspace = CheckedWorkspace(request.Workspace);
        var configuration = Configure(request, workspace);
        Check(SlotNames.CheckPrefix(configuration.ContainerPrefix));
        var tool = ToolCatalog.BuiltIn.Find(configuration.ToolName) ?? throw new FailureException(ToolCatalog.BuiltIn.Unknown(configuration.ToolName));
        if (await incus.Images.FindByAliasAsync(configuration.Image, cancellationToken) is null)
        {
            throw new FailureException(new Failure(
                "image.missing", $"image '{configuration.Image}' not found", configuration.Image == "coi" ? "Build it with `coi build`" : "`incus image list` shows the local images"));
        }

        var resumed = request.Resume is { } wanted ? Resolve(wanted, workspace, tool, await LiveSessionsAsync(cancellationToken)) : null;
        // A conversation goes on with the tool that holds it, whatever the configuration names now.
        if (resumed is not null) tool = ToolCatalog.BuiltIn.Find(resumed.Tool) ?? throw new FailureException(ToolCatalog.BuiltIn.Unknown(resumed.Tool));
        var id = resumed?.Id ?? SessionId.New();
        var environment = Environment(request, configuration, tool);
        var prepared = await Task.Run(
            () => sessions.Prepare(new SessionPreparation
            {
                Tool = tool,
                SessionId = id,
                HostHome = configuration.MountToolConfiguration ? owner.HomeDirectory : null,
                Environment = environment,
            }),
            cancellationToken);
        var persistent = request.Persistent ?? (resumed?.Persistent == true || configuration.Persistent);
        var notices = new List<string>(prepared.Notices);
        if (resumed is not null) notices.Add($"Resuming session: {id}");
        if (resumed?.Persistent == true && request.Persistent is null) notices.Add("The session was persistent, so it is again");
        var spec = new LaunchSpec
        {
            Container = "",
            Slot = 0,
            Workspace = workspace,
            SessionId = id,
            Tool = tool.Name,
            Persistent = persistent,
            Resumed = resumed is not null,
            Image = configuration.Image,
            Command = Command(request, configuration, tool, id, prepared.ToolSessionId),
            State = prepared.State,
            Uid = owner.Uid,
            Gid = owner.Gid,
            StoragePool = configuration.StoragePool,
            ShiftMounts = !configuration.DisableShift,
            Policy = Policy(configuration),
            SubnetPool = configuration.Network.SubnetPool,
            Mtu = configuration.Network.Mtu,
            Columns = request.Client.Columns > 0 ? request.Client.Columns : 120,
            Rows = request.Client.Rows > 0 ? request.Client.Rows : 40,
        };
        return new PreparedLaunch(spec, environment, request.Slot, configuration.MaxSlots, configuration.ContainerPrefix, notices);
    }

    /// <summary>Forgets a session that never began; one that was resumed stays as it is.</summary>
    public Task DiscardAsync(PreparedLaunch prepared) => prepared.Spec.Resumed
        ? Task.CompletedTask
        : keeper.FinaliseAsync(prepared.Spec, launched: false, CancellationToken.None);

    private EffectiveConfiguration Configure(StartSessionRequest request, string workspace) =>
        ConfigurationLoader.Load(new ConfigurationRequest
        {
            Home = owner.HomeDirectory,
            WorkspacePath = workspace,
            Environment = request.Client.Environment,
            Profile = request.Profile,
            Overrides = new ConfigurationOverrides { Image = request.Image, Persistent = request.Persistent, Network = request.Network },
        }) switch
        {
            ConfigurationResult.Loaded loaded => loaded.Configuration,
            ConfigurationResult.Refused refused => throw new FailureException(refused.Problems[0].ToFailure()),
            var other => throw new InvalidOperationException($"{other.GetType().Name} is not handled"),
        };

    private SavedSession Resolve(string wanted, string workspace, ToolDefinition tool, IReadOnlyDictionary<string, string> live)
    {
        var lookup = wanted == "auto"
            ? sessions.FindNewest(workspace, tool, s => !live.ContainsKey(s.Id))
            : sessions.Find(wanted, workspace);
        if (lookup is SessionLookup.Missing missing) throw new FailureException(missing.Failure);
        var session = ((SessionLookup.Found)lookup).Session;
        return live.TryGetValue(session.Id, out var container)
            ? throw new FailureException(new Failure("session.live", $"session {session.Id} is live in {container}", $"coi attach {container}"))
            : session;
    }

    // Sessions whose container runs or is being started or ended, with its name.
    private async Task<IReadOnlyDictionary<string, string>> LiveSessionsAsync(CancellationToken cancellationToken)
    {
        var all = await index.ActorRef.Ask<IndexProtocol.Containers>(IndexProtocol.ListContainers.Instance, IndexDeadline, cancellationToken);
        return all.Entries
            .Where(e => e.State.Phase is not SlotPhase.Kept)
            .Select(e => e.State.Spec)
            .OfType<LaunchSpec>()
            .DistinctBy(s => s.SessionId)
            .ToDictionary(s => s.SessionId, s => s.Container);
    }

    private static System.Collections.Immutable.ImmutableArray<string> Command(StartSessionRequest request, EffectiveConfiguration configuration, ToolDefinition tool, string id, string? toolSessionId) =>
        request.Debug
            ? ["bash"]
            : ToolCommand.Build(tool, id, toolSessionId, new ToolOverrides
            {
                Binary = configuration.ToolBinary,
                ExtraArguments = [.. configuration.ToolArgs],
                Model = configuration.Model,
                UseDummy = Wants(request, "COI_USE_DUMMY"),
            });

    private static bool Wants(StartSessionRequest request, string variable) =>
        (request.Environment.LastOrDefault(e => e.Name == variable)?.Value ?? request.Client.Environment.GetValueOrDefault(variable)) is "1" or "true";

    private static Dictionary<string, string> Environment(StartSessionRequest request, EffectiveConfiguration configuration, ToolDefinition tool)
    {
        var environment = SessionScript.BaseEnvironment();
        foreach (var name in new[] { "LANG", "TZ" })
        {
            if (request.Client.Environment.GetValueOrDefault(name) is { Length: > 0 } value && (name != "LANG" || value.EndsWith("UTF-8", StringComparison.OrdinalIgnoreCase)))
            {
                // Only the locale that every image has; others would make each program warn.
                environment[name] = name == "LANG" ? "C.UTF-8" : value;
            }
        }

        foreach (var (name, value) in tool.EnvironmentFor(SessionScript.Home)) environment[name] = value;
        foreach (var (name, value) in configuration.Environment) environment[name] = value;
        foreach (var variable in request.Environment) environment[variable.Name] = variable.Value;
        return environment;
    }

    private static NetworkPolicy Policy(EffectiveConfiguration configuration) => new()
    {
        Mode = configuration.Network.Mode,
        BlockPrivateNetworks = configuration.Network.BlockPrivateNetworks,
        BlockMetadataEndpoint = configuration.Network.BlockMetadataEndpoint,
        AllowLocalNetworkAccess = configuration.Network.AllowLocalNetworkAccess,
        AllowedDomains = configuration.Network.AllowedDomains,
        RefreshMinutes = (int)configuration.Network.RefreshInterval.TotalMinutes,
    };

    private static string CheckedWorkspace(string path)
    {
        if (!Path.IsPathFullyQualified(path)) throw Refused("workspace.relative", $"workspace '{path}' is not an absolute path");
        var clean = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (File.Exists(clean)) throw Refused("workspace.not_directory", $"workspace {clean} is not a directory");
        if (!Directory.Exists(clean)) throw Refused("workspace.missing", $"workspace {clean} does not exist");
        return clean;
    }

    private static FailureException Refused(string code, string message) => new(new Failure(code, message, "Name an existing directory with --workspace"));

    private static void Check(Failure? failure)
    {
        if (failure is not null) throw new FailureException(failure);
    }
}
