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
    // A daemon that has just begun may not have read them yet; one that cannot reach Incus never will.
    private static readonly TimeSpan UntilRead = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, ContainerSummary> _known = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _read = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>All of them, by name.</summary>
    public async Task<IReadOnlyList<ContainerSummary>> ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _read.Task.WaitAsync(UntilRead, cancellationToken);
        }
        catch (TimeoutException)
        {
            // What is known is said.
        }

        return [.. _known.Values.OrderBy(container => container.Name, StringComparer.Ordinal)];
    }

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
            Network = spec?.Policy.Mode.ToString().ToLowerInvariant() ?? "",
            CreatedAt = instance.CreatedAt,
        };
    }

    /// <summary>One is gone.</summary>
    public void Gone(string name) => _known.TryRemove(name, out _);

    /// <summary>All that Incus has were seen; any other is gone.</summary>
    public void AllSeen(IReadOnlySet<string> names)
    {
        foreach (var name in _known.Keys.Where(name => !names.Contains(name))) Gone(name);
        _read.TrySetResult();
    }
}
