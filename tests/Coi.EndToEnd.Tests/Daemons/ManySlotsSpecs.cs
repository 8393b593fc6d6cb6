using System.Diagnostics;
using System.Text.Json.Nodes;
using Coi.EndToEnd.Tests.Support;
using Coi.FakeIncus;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Daemons;

/// <summary>
/// The published programs with many slots, five in each workspace: what a listing takes, what the daemon holds, how soon it is back. As many containers as
/// this do not fit on a machine, so Incus is the fake here. <c>COI_TEST_SLOTS</c> sets how many (40 by default; 1,000 in scripts/soak.sh).
/// </summary>
[Collection(WholeMachine.Name)]
public sealed class ManySlotsSpecs : IAsyncLifetime
{
    private const int SlotsInWorkspace = 5, AtOnce = 8, Listings = 20;
    private const double Limit = 200e6;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(12);
    private readonly ITestOutputHelper _output;
    private readonly string _root = Directory.CreateTempSubdirectory("coi-e2e-").FullName;
    private readonly Dictionary<string, string?> _environment;
    private FakeIncusServer? _incus;

    public ManySlotsSpecs(ITestOutputHelper output)
    {
        _output = output;
        _environment = new Dictionary<string, string?>
        {
            ["HOME"] = _root,
            ["COI_HOME"] = Path.Combine(_root, "coi"),
            ["INCUS_SOCKET"] = Path.Combine(_root, "incus.socket"),
            ["COI_USE_DUMMY"] = "1",
        };
    }

    private static int Slots => int.TryParse(Environment.GetEnvironmentVariable("COI_TEST_SLOTS"), out var slots) ? slots : 40;

    private FakeIncusServer Incus => _incus ?? throw new InvalidOperationException("the test has not begun");

    public async Task InitializeAsync() => _incus = await FakeIncusServer.StartWithImageAsync(Path.Combine(_root, "incus.socket"), "coi");

    public async Task DisposeAsync()
    {
        await RunAsync("daemon", "stop");
        await Incus.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Many_slots_are_listed_held_and_found_again()
    {
        var began = Stopwatch.StartNew();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Slots), new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (slot, _) => await OutputAsync("shell", "--background", "--workspace", Workspace(slot / SlotsInWorkspace)));
        _output.WriteLine($"{Slots} sessions in {Slots / SlotsInWorkspace} workspaces started in {began.Elapsed.TotalSeconds:0} s");
        Incus.ForgetRequests();
        await ListsAllAsync();

        var (listing, nothing) = (await MedianAsync("list", "--format=json"), await MedianAsync("version"));
        _output.WriteLine($"a listing takes {listing:0.0} ms, {listing - nothing:0.0} ms more than 'coi version'");
        await HoldsLittleAsync();

        using (var daemon = Process.GetProcessById(await DaemonAsync()))
        {
            daemon.Kill();
            await daemon.WaitForExitAsync();
        }

        began.Restart();
        await OutputAsync("daemon", "start");
        await ListsAllAsync();
        var back = began.Elapsed;
        using (var daemon = Process.GetProcessById(await DaemonAsync()))
            _output.WriteLine($"after kill -9 all are listed again {back.TotalSeconds:0.0} s after 'coi daemon start', {daemon.TotalProcessorTime.TotalSeconds:0.0} s of a processor");
        await HoldsLittleAsync();

        await OutputAsync("kill", "--all", "--force");
        Assert.Empty(Incus.Instances);
        Assert.Empty(Incus.NetworkAcls);
    }

    private async Task ListsAllAsync()
    {
        var running = 0;
        await Eventually.IsTrueAsync(
            $"waiting for {Slots} containers to be listed", Patience,
            async () => (running = JsonNode.Parse(await OutputAsync("list", "--format=json"))!["active_containers"]!.AsArray().Count(c => (string?)c!["phase"] == "running")) == Slots,
            () => $"{running} are");
    }

    private async Task HoldsLittleAsync()
    {
        var daemon = await DaemonAsync();
        var most = ResidentMemory.Of(daemon);
        await ResidentMemory.FallsToAsync(daemon, Limit, seconds: 30);
        await Task.Delay(Rest);
        _output.WriteLine($"coid holds {most / 1e6:0} MB at work and {ResidentMemory.Of(daemon) / 1e6:0} MB at rest");
    }

    private async Task<double> MedianAsync(params IReadOnlyList<string> arguments)
    {
        var took = new List<double>();
        for (var n = 0; n < Listings; n++) took.Add((await RunAsync(arguments)).Succeeded().Took.TotalMilliseconds);
        return took.Order().ElementAt(Listings / 2);
    }

    private async Task<int> DaemonAsync()
    {
        var status = JsonNode.Parse(await OutputAsync("daemon", "status", "--format=json"));
        return (int?)status?["status"]?["pid"] ?? throw new InvalidOperationException($"no process in {status}");
    }

    private string Workspace(int n) => Directory.CreateDirectory(Path.Combine(_root, $"work-{n}")).FullName;

    private async Task<string> OutputAsync(params IReadOnlyList<string> arguments) => (await RunAsync(arguments)).Succeeded().Output;

    private Task<CommandOutcome> RunAsync(params IReadOnlyList<string> arguments) =>
        Shell.RunAsync(Programs.Coi, arguments, _environment, _root, deadline: Patience);
}
