using System.Diagnostics;
using Coi.Daemon.Hosting;
using Coi.Daemon.Slots;
using Coi.Daemon.Tests.Slots;
using Coi.Domain.Slots;
using Coi.Domain.Workspaces;
using Coi.FakeIncus;
using Xunit;
using Xunit.Abstractions;

namespace Coi.Daemon.Tests.Crashes;

/// <summary>
/// Sessions in and out of one daemon for long, while Incus fails, stalls, breaks connections, sends half of its answers and does not come to an end, at random.
/// <c>COI_TEST_SOAK</c> sets how many sessions (120 by default; 2,000 in scripts/soak.sh), <c>COI_TEST_SEED</c> which faults.
/// </summary>
[Collection(MeasuresTheProcess.Name)]
public sealed class SoakSpecs(ITestOutputHelper output) : IAsyncLifetime
{
    private const int AtOnce = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string _root = Directory.CreateTempSubdirectory("coi-soak-").FullName;
    private FakeIncusServer? _incus;

    private static int Sessions => int.TryParse(Environment.GetEnvironmentVariable("COI_TEST_SOAK"), out var sessions) ? sessions : 120;

    private static int Seed => int.TryParse(Environment.GetEnvironmentVariable("COI_TEST_SEED"), out var seed) ? seed : 20261126;

    private FakeIncusServer Incus => _incus ?? throw new InvalidOperationException("the test has not begun");

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(AppContext.BaseDirectory, "coi"), "");
        _incus = await FakeIncusServer.StartWithImageAsync(Path.Combine(_root, "incus.socket"), "coi");
    }

    public async Task DisposeAsync()
    {
        await Incus.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Sessions_in_and_out_of_a_failing_Incus_leave_nothing_and_cost_no_memory()
    {
        await using var life = await DaemonLife.BeginAsync(_root, Incus, Workspace(0), time: new HurriedTime(20));
        var random = new Random(Seed);
        var (started, refused, done) = (0, 0, 0);
        (long Bytes, int Threads)? warm = null;
        while (done < Sessions)
        {
            var batch = Enumerable.Range(0, AtOnce).Select(n => SessionAsync(life, n)).ToList();
            for (var fault = 0; fault < 4; fault++) Order(random);
            foreach (var ran in await Task.WhenAll(batch))
            {
                if (ran) started++;
                else refused++;
            }

            done += AtOnce;
            Incus.Faults.Clear();
            Incus.ForgetRequests();
            await Holds.EventuallyAsync("left are", Patience, async () => await LeftAsync(life));
            if (warm is null && done >= Sessions / 4) warm = await MeasuredAsync();
        }

        var (mayBeBytes, mayBeThreads) = ((long)(warm!.Value.Bytes * 1.1) + (Allowance * (Sessions - (Sessions / 4))), warm.Value.Threads + AtOnce);
        var (bytes, threads) = await MeasuredAsync();
        // What somebody holds for a moment is no leak: buffers of connections that end, threads that had been needed.
        for (var wait = 0; wait < Patience.TotalSeconds && (bytes > mayBeBytes || threads > mayBeThreads); wait++)
        {
            await Task.Delay(1000);
            (bytes, threads) = await MeasuredAsync();
        }

        output.WriteLine($"{started} sessions ran, {refused} were refused with a reason; {warm.Value.Bytes / 1024} KiB and {warm.Value.Threads} threads when warm, {bytes / 1024} KiB and {threads} threads at the end");
        Assert.InRange(started, Sessions / 4, int.MaxValue);
        Assert.InRange(refused, 1, int.MaxValue);
        Assert.InRange(bytes, 0, mayBeBytes);
        Assert.InRange(threads, 0, mayBeThreads);
    }

    // The journal is in memory here: what the events of one session take, 8.6 KiB measured, which the daemon itself does not hold.
    private const long Allowance = 12 * 1024;

    // The fake lives in this process: the sockets of what ended there within the last five seconds, 100 KiB a session, are not the daemon's.
    private async Task<(long Bytes, int Threads)> MeasuredAsync()
    {
        Incus.EndHungOperations();
        await Holds.EventuallyAsync("left are", Patience, () => Task.FromResult(Incus.KnownOperations == 0 ? "" : $"{Incus.KnownOperations} operations in the fake"));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        return (GC.GetTotalMemory(forceFullCollection: true), process.Threads.Count);
    }

    private void Order(Random random)
    {
        const string any = @"^/1\.0/(?!events)";
        var after = random.Next(60);
        switch (random.Next(8))
        {
            case 0:
                Incus.Faults.Fail("*", any, 500, "it is broken", after: after);
                break;
            case 1:
                Incus.Faults.Disconnect("*", any, after: after);
                break;
            case 2:
                Incus.Faults.Truncate("*", any, after: after);
                break;
            case 3:
                Incus.Faults.Delay("*", any, TimeSpan.FromMilliseconds(random.Next(300)));
                break;
            case 4:
                Incus.Faults.Hang("*", any, after: after);
                break;
            case 5:
                Incus.Faults.HangOperation("*", any, mayCancel: random.Next(2) == 0);
                break;
            case 6:
                Incus.Faults.FailOperation("*", any, "it failed", times: 1);
                break;
            default:
                Incus.Faults.DelayOperation("*", any, TimeSpan.FromMilliseconds(random.Next(300)));
                break;
        }
    }

    // Whether it ran; a refusal has its reason.
    private async Task<bool> SessionAsync(DaemonLife life, int n)
    {
        var workspace = Workspace(n / 2);
        var spec = Launches.Spec(session: Guid.NewGuid().ToString()) with
        {
            Container = SlotNames.Container("coi-", WorkspaceHash.Of(workspace), 1),
            Workspace = workspace,
        };
        switch (await life.StartAsync(spec).WaitAsync(Patience))
        {
            case SlotProtocol.Started ran:
                await File.WriteAllTextAsync(Path.Combine(_root, "sessions-dummy", spec.SessionId, "conversation"), spec.SessionId);
                var container = ran.Value.Spec!.Container;
                while (await life.EndAsync(container, remove: true).WaitAsync(Patience) is SlotProtocol.NotEnded)
                {
                    if (!(await life.ListAsync()).Any(slot => slot.Spec?.Container == container)) break;
                }

                Assert.Equal(spec.SessionId, await File.ReadAllTextAsync(Path.Combine(_root, "sessions-dummy", spec.SessionId, "conversation")));
                return true;
            case SlotProtocol.NotStarted no:
                Assert.NotEmpty(no.Failure.Message);
                return false;
            case var other:
                throw new InvalidOperationException($"not an answer: {other}");
        }
    }

    private async Task<string> LeftAsync(DaemonLife life)
    {
        var slots = (await life.ListAsync()).Select(slot => $"{slot.Spec?.Container} {slot.Phase}");
        var things = Incus.Instances.Keys.Concat(Incus.Networks.Where(n => n.Value.Config.ContainsKey(OwnerKeys.Home)).Select(n => n.Key)).Concat(Incus.NetworkAcls.Keys);
        return string.Join(", ", slots.Concat(things));
    }

    private string Workspace(int n) => Directory.CreateDirectory(Path.Combine(_root, $"work-{n}")).FullName;
}
