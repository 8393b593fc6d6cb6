using Akka.Actor;
using Coi.Daemon.Workspaces;
using Coi.Domain.Slots;
using Coi.Domain.Workspaces;

namespace Coi.Daemon.Api;

/// <summary>A session that is ready to be given a slot.</summary>
/// <param name="Spec">What to run; slot and container are chosen by the workspace.</param>
/// <param name="Environment">Variables for the tool; never written down.</param>
/// <param name="Slot">Slot number asked for, 0 for any.</param>
/// <param name="MaxSlots">Highest slot number.</param>
/// <param name="Prefix">Prefix of the container's name.</param>
/// <param name="Notices">What the user should know.</param>
/// <param name="RequiredImage">The image that a flag names, which no kept container of another one takes the place of; null without the flag.</param>
internal sealed record PreparedLaunch(
    LaunchSpec Spec, IReadOnlyDictionary<string, string> Environment, int Slot, int MaxSlots, string Prefix, IReadOnlyList<string> Notices, string? RequiredImage)
{
    /// <summary>The command for the workspace.</summary>
    public WorkspaceProtocol.StartSession Command(IActorRef replyTo, Requester? by) =>
        new(WorkspaceHash.Of(Spec.Workspace), Slot, MaxSlots, Prefix, Spec, Environment, replyTo, RequiredImage, by);
}
