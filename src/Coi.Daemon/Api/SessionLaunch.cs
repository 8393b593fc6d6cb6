using Coi.Contracts;
using Coi.Daemon.Hosting;
using Coi.Daemon.Protection;
using Coi.Daemon.Sessions;
using Coi.Daemon.Slots;
using Coi.Daemon.Tools;
using Coi.Domain;
using Coi.Domain.Slots;
using Coi.Incus;

namespace Coi.Daemon.Api;

/// <summary>Turns a request into a launch: configuration, tool, conversation, checks. Nothing exists in Incus before all of it holds.</summary>
internal sealed class SessionLaunch(SessionStore sessions, SessionKeeper keeper, IncusClient incus, ResumeResolution resume, LaunchConfiguration configurations, ProcessOwner owner)
{
    /// <summary>Prepares a launch.</summary>
    /// <exception cref="FailureException">Something that the user asked for cannot be had.</exception>
    public async Task<PreparedLaunch> PrepareAsync(StartSessionRequest request, CancellationToken cancellationToken)
    {
        var workspace = WorkspacePath.Checked(request.Workspace);
        var loaded = configurations.Load(request, workspace);
        var configuration = loaded.Configuration;
        Check(SlotNames.CheckPrefix(configuration.ContainerPrefix));
        var tools = loaded.Tools();
        var tool = request.Run ? ToolCatalog.Command : tools.Get(configuration.ToolName);
        if (await incus.Images.FindByAliasAsync(configuration.Image, cancellationToken) is null)
        {
            throw new FailureException(new Failure(
                "image.missing", $"image '{configuration.Image}' not found", configuration.Image == "coi" ? "Build it with `coi build`" : "`incus image list` shows the local images"));
        }

        var resumed = request.Run ? null : await resume.ResolveAsync(request, workspace, tool, cancellationToken);
        // A conversation goes on with the tool that holds it, whatever the configuration names now.
        if (resumed is not null) tool = tools.Get(resumed.Tool);
        var forks = resumed is not null && request.Fork;
        var id = resumed is null || forks ? SessionId.New() : resumed.Id;
        var composition = new LaunchComposition(request, configuration, tool);
        var container = ContainerComposition.Of(configuration, tool, workspace, owner.HomeDirectory);
        var environment = composition.Environment();
        var notices = new List<string>();
        var prepared = request.Run ? PreparedSession.None : await Task.Run(
            () =>
            {
                if (resumed is not null && forks) notices.AddRange(sessions.Fork(tool.Name, resumed.Id, id));
                var made = sessions.Prepare(new SessionPreparation
                {
                    Tool = tool,
                    SessionId = id,
                    HostHome = configuration.MountToolConfiguration ? owner.HomeDirectory : null,
                    Environment = environment,
                });
                foreach (var state in made.State) owner.TakeOver(state.Source);
                return made;
            },
            cancellationToken);
        var persistent = !request.Run && (request.Persistent ?? (resumed?.Persistent == true || configuration.Persistent));
        notices.AddRange([.. loaded.Project?.Notices() ?? [], .. container.Notices, .. prepared.Notices]);
        if (resumed is not null) notices.Add(forks ? $"Session {id} goes on from a copy of {resumed.Id}" : $"Resuming session: {id}");
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
            ForkedFrom = forks ? resumed?.Id : null,
            Image = configuration.Image,
            Command = request.Run ? [] : composition.Command(id, prepared.ToolSessionId),
            State = prepared.State,
            Uid = owner.Uid,
            Gid = owner.Gid,
            StoragePool = configuration.StoragePool,
            ShiftMounts = !configuration.DisableShift,
            Policy = composition.Policy(),
            SubnetPool = configuration.Network.SubnetPool,
            Mtu = configuration.Network.Mtu,
            Columns = request.Client.Columns > 0 ? request.Client.Columns : 120,
            Rows = request.Client.Rows > 0 ? request.Client.Rows : 40,
        };
        spec = container.AddTo(spec);
        if (WorkspaceOwner.Notice(spec) is { } foreign) notices.Add(foreign);
        return new PreparedLaunch(spec, environment, request.Slot, configuration.MaxSlots, configuration.ContainerPrefix, notices, request.Image);
    }

    /// <summary>Forgets a session that never began; one that was resumed stays as it is, and so does the original of a copy.</summary>
    public Task DiscardAsync(PreparedLaunch prepared) => prepared.Spec is { Resumed: true, ForkedFrom: null }
        ? Task.CompletedTask
        : keeper.FinaliseAsync(prepared.Spec, launched: false, CancellationToken.None);

    private static void Check(Failure? failure)
    {
        if (failure is not null) throw new FailureException(failure);
    }
}
