using System.Collections.Concurrent;
using Coi.Contracts;
using Coi.Daemon.Slots;
using Coi.Domain.Network;
using Coi.Incus;

namespace Coi.Daemon.Containers;

/// <summary>
/// The containers that were launched by name, for <c>coi list</c>: as they were changed here, and as Incus' events told last. Soft state; Incus
/// has the truth, and it is read anew after each gap in what is heard of it.
/// </summary>
internal sealed class NamedContainerIndex
{
    private readonly ConcurrentDictionary<string, ContainerSummary> _known = new(StringComparer.Ordinal);
    private volatile bool _isRead;

    /// <summary>Whether all of them have been read since the daemon began.</summary>
    public bool IsRead => _isRead;

    /// <summary>All that are known, by name.</summary>
    public IReadOnlyList<ContainerSummary> List() => [.. _known.Values.OrderBy(container => container.Name, StringComparer.Ordinal)];

    /// <summary>What Incus said of one.</summary>
    public void Saw(Instance instance, NetworkPlan? plan)
    {
        var spec = SlotContainer.SpecOf(instance);
        _known[instance.Name] = new ContainerSummary
        {
            Name = instance.Name,
            Status = instance.Status,
            Phase = instance.Status.ToLowerInvariant(),
            Persistent = !instance.Ephemeral,
            Slot = 0,
            Workspace = "",
            SessionId = "",
            Tool = "",
            Image = spec?.Image ?? "",
            Ipv4 = instance.IsRunning ? plan?.Address ?? "" : "",
            Network = spec?.Policy.Mode.Word() ?? "",
            CreatedAt = instance.CreatedAt,
        };
    }

    /// <summary>One is gone.</summary>
    public void Gone(string name) => _known.TryRemove(name, out _);

    /// <summary>All of them have been read.</summary>
    public void WasRead() => _isRead = true;
}
