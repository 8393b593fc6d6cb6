using System.Collections.Concurrent;
using Coi.Contracts;
using Coi.Daemon.Slots;
using Coi.Domain.Network;
using Coi.Domain.Slots;

namespace Coi.Daemon.Tests.Slots;

/// <summary>Effects without a world: each run goes well at once, unless the test holds it or has it fail.</summary>
internal sealed class FakeSlotEffects : ISlotEffects
{
    private readonly ConcurrentDictionary<SlotEffect, ConcurrentQueue<Func<SlotState, CancellationToken, Task>>> _planned = new();
    private readonly ConcurrentQueue<(SlotEffect Effect, SlotState State)> _runs = new();

    /// <summary>All runs so far, in the order in which they began.</summary>
    public IReadOnlyList<(SlotEffect Effect, SlotState State)> Runs => [.. _runs];

    /// <summary>The effects of a slot's runs, in the order in which they began.</summary>
    public string Story(int slot = 1) => string.Join(' ', _runs.Where(r => r.State.Spec?.Slot == slot).Select(r => r.Effect));

    /// <summary>What the last start was given for the tool.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; private set; }

    public Gate Hold(SlotEffect effect)
    {
        var gate = new Gate();
        Plan(effect, gate.PassAsync);
        return gate;
    }

    public void Fail(SlotEffect effect, int times = 1, string why = "it broke")
    {
        for (var i = 0; i < times; i++) Plan(effect, (_, _) => Task.FromException(new IOException(why)));
    }

    public async Task<NetworkPlan> ProvisionAsync(SlotState state, IProgress<Progress> progress, CancellationToken cancellationToken)
    {
        progress.Report(new Progress("network", "preparing"));
        await RunAsync(SlotEffect.Provision, state, cancellationToken);
        return Launches.Plan(state.Spec!.Container);
    }

    public Task StartAsync(SlotState state, IReadOnlyDictionary<string, string> environment, IProgress<Progress> progress, CancellationToken cancellationToken)
    {
        Environment = environment;
        return RunAsync(SlotEffect.Start, state, cancellationToken);
    }

    /// <summary>What was shown on sessions' screens.</summary>
    public ConcurrentQueue<string> Warnings { get; } = new();

    public Task WarnAsync(SlotState state, string text, CancellationToken cancellationToken)
    {
        Warnings.Enqueue(text);
        return Task.CompletedTask;
    }

    public Task MarkAsync(SlotState state, CancellationToken cancellationToken) => RunAsync(SlotEffect.Mark, state, cancellationToken);

    public Task PoliceAsync(SlotState state, CancellationToken cancellationToken) => RunAsync(SlotEffect.Police, state, cancellationToken);

    public Task StopAsync(SlotState state, CancellationToken cancellationToken) => RunAsync(SlotEffect.Stop, state, cancellationToken);

    public Task FinaliseAsync(SlotState state, CancellationToken cancellationToken) => RunAsync(SlotEffect.Finalise, state, cancellationToken);

    public Task RemoveAsync(SlotState state, CancellationToken cancellationToken) => RunAsync(SlotEffect.Remove, state, cancellationToken);

    /// <summary>Containers whose NIC was closed.</summary>
    public ConcurrentQueue<string> Closed { get; } = new();

    /// <summary>What Incus is said to have of a container that is recovered.</summary>
    public Func<string, SlotProtocol.RestoreFrom> Found { get; set; } = _ => throw new IOException("nobody answers");

    public Task CloseAsync(string container, CancellationToken cancellationToken)
    {
        Closed.Enqueue(container);
        return Task.CompletedTask;
    }

    public Task<SlotProtocol.RestoreFrom> RestoreAsync(string container, CancellationToken cancellationToken) => Task.Run(() => Found(container), cancellationToken);

    private void Plan(SlotEffect effect, Func<SlotState, CancellationToken, Task> run) =>
        _planned.GetOrAdd(effect, _ => new ConcurrentQueue<Func<SlotState, CancellationToken, Task>>()).Enqueue(run);

    private Task RunAsync(SlotEffect effect, SlotState state, CancellationToken cancellationToken)
    {
        _runs.Enqueue((effect, state));
        return _planned.TryGetValue(effect, out var queue) && queue.TryDequeue(out var run) ? run(state, cancellationToken) : Task.CompletedTask;
    }
}
