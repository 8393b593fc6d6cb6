using Coi.Domain.Workspaces;
using CsCheck;
using Xunit;

namespace Coi.Domain.Tests.Workspaces;

public sealed class SlotAllocationProperties
{
    private const int Max = 4;

    private enum Deed
    {
        Reserve,
        Rest,
        Release,
        Crash,
    }

    private static readonly Gen<(Deed Deed, int Number)[]> Lives = Gen.Select(Gen.Enum<Deed>(), Gen.Int[0, Max]).Array[0, 60];

    [Fact]
    public void No_interleaving_gives_a_slot_or_a_session_twice() => Lives.Sample(life =>
    {
        var workspace = new Workspace();
        foreach (var (deed, number) in life) workspace.Do(deed, number);
        return true;
    }, iter: 5_000);

    // The workspace's rule (choose, write down, apply) beside a naive account of who runs where.
    private sealed class Workspace
    {
        private readonly List<IWorkspaceEvent> _journal = [];
        private readonly Dictionary<int, (string Session, bool Rests)> _truth = [];
        private WorkspaceState _state = WorkspaceState.Initial;
        private int _sessions;

        public void Do(Deed deed, int number)
        {
            switch (deed)
            {
                case Deed.Reserve: Reserve(number); break;
                case Deed.Rest when _truth.TryGetValue(number, out var use): Write(new SlotRested(number, default)); _truth[number] = use with { Rests = true }; break;
                case Deed.Release: Write(new SlotReleased(number, default)); _truth.Remove(number); break;
                case Deed.Crash: _state = _journal.Aggregate(WorkspaceState.Initial, SlotAllocation.Apply); break;
            }

            Assert.Equal(_truth, _state.Slots.ToDictionary(s => s.Key, s => (s.Value.SessionId, s.Value.Rests)));
        }

        private void Reserve(int wanted)
        {
            // Every fourth is removed at its end.
            var fresh = _sessions % 4 == 3;
            // Every third request resumes a session that exists already, live or not.
            var session = ++_sessions % 3 == 0 && _truth.Count > 0 ? _truth.First().Value.Session : $"s{_sessions}";
            var allocation = SlotAllocation.Choose(_state, new SlotWish(session, wanted, Max, fresh), out var failure);
            Assert.True((allocation is null) == (failure is not null));
            if (allocation is null)
            {
                var expected = _truth.Values.Any(u => u.Session == session && !u.Rests) ? "session.live" : "slot.exhausted";
                Assert.Equal(expected, failure?.Code);
                if (expected == "slot.exhausted") Assert.All(Enumerable.Range(Math.Max(wanted, 1), Max - Math.Max(wanted, 1) + 1), slot => Assert.Contains(slot, _truth));
                return;
            }

            Assert.InRange(allocation.Slot, 1, Max);
            Assert.DoesNotContain(_truth.Values, u => u.Session == session && !u.Rests);
            var kept = _truth.TryGetValue(allocation.Slot, out var use);
            Assert.True(!kept || use.Rests, $"slot {allocation.Slot} was given twice");
            Assert.False(kept && fresh, $"the container kept in slot {allocation.Slot} was given to what removes it");
            Assert.Equal(kept, allocation.Container is not null);
            if (wanted == 0 && !kept)
            {
                Assert.All(_truth.Values, u => Assert.False(u.Rests && !fresh));
                Assert.All(Enumerable.Range(1, allocation.Slot - 1), lower => Assert.Contains(lower, _truth));
            }

            Write(new SlotReserved(allocation.Slot, session, $"coi-{allocation.Slot}", default));
            _truth[allocation.Slot] = (session, false);
        }

        private void Write(IWorkspaceEvent evt)
        {
            _journal.Add(evt);
            _state = SlotAllocation.Apply(_state, evt);
        }
    }
}
