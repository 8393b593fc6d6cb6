using System.Text.Json.Nodes;
using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.History;

public sealed class HistorySpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    [Fact]
    public async Task Who_did_what_when_is_told_live_afterwards_and_of_the_past()
    {
        var live = Path.Combine(Coi.Root, "live.ndjson");
        var shell = Shell.RunAsync("sh", ["-c", $"exec timeout 100 {Programs.Coi} events --follow > {live}"], Coi.Environment, Coi.Workspace);
        await Eventually.ContainsAsync("\"type\":\"state\"", TimeSpan.FromSeconds(30), () => ReadAsync(live));

        var name = await Coi.StartAsync();
        var session = await Coi.SessionOfAsync(name);
        var running = DateTimeOffset.UtcNow;
        await Coi.OutputAsync("kill", name);

        // Afterwards, although the container is gone.
        var events = JsonNode.Parse(await Coi.OutputAsync("history", "--format=json", "--session", session[..8]))?["events"]?.AsArray() ?? [];
        Assert.Equal(
            ["launch_requested", "provisioned", "session_started", "stop_requested", "container_stopped", "session_finalised", "freed"],
            events.Select(e => (string?)e?["event"]));
        Assert.All(events, e => Assert.Equal((name, "coi", "restricted"), ((string?)e?["container"], (string?)e?["image"], (string?)e?["network"])));
        Assert.Equal("coi", (string?)events[0]?["by"]?["program"]);
        Assert.NotNull(events[3]?["by"]?["pid"]);
        Assert.Contains($"{name}: its forced end was asked for", await Coi.OutputAsync("history", "--workspace", Coi.Workspace, "--container", name), StringComparison.Ordinal);
        Assert.Equal("  (nothing)\n", await Coi.OutputAsync("history", "--until", "1 hour ago"));

        // In sentences.
        var why = await Coi.OutputAsync("why", name);
        Assert.StartsWith($"{name} does not exist any more: coi had been asked to stop it.\n", why, StringComparison.Ordinal);
        Assert.Contains("a session of claude was asked for", why, StringComparison.Ordinal);
        var unknown = await Coi.RunAsync("why", "never-was");
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("never-was", unknown.Error, StringComparison.Ordinal);

        // As it was.
        Assert.Contains(name, await Coi.OutputAsync("list", "--at", running.ToString("o")), StringComparison.Ordinal);
        Assert.Contains("(none)", await Coi.OutputAsync("list", "--at", "now"), StringComparison.Ordinal);

        // Live: the state first, then each event once.
        await Eventually.ContainsAsync("\"freed\"", TimeSpan.FromSeconds(10), () => ReadAsync(live));
        var lines = (await File.ReadAllLinesAsync(live)).Select(line => JsonNode.Parse(line)).ToList();
        Assert.Equal("state", (string?)lines[0]?["type"]);
        Assert.Equal(events.Select(e => (string?)e?["text"]), lines.Skip(1).Select(line => (string?)line?["what"]?["text"]));
        await Coi.OutputAsync("daemon", "stop");
        Assert.Contains("coid went away", (await shell).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Containers_launched_by_name_and_builds_are_history_too()
    {
        var box = $"{Coi.Prefix}box";
        await Coi.OutputAsync("container", "launch", "coi", box);
        await Coi.OutputAsync("network", "set", box, "--mode=open");
        await Coi.OutputAsync("container", "stop", "--force", box);
        Assert.StartsWith($"{box} is stopped.\n", await Coi.OutputAsync("why", box), StringComparison.Ordinal);
        await Coi.OutputAsync("container", "start", box);
        await Coi.OutputAsync("kill", box);
        await File.WriteAllTextAsync(Path.Combine(Coi.Workspace, "build.sh"), "true");
        Assert.Equal(1, (await Coi.RunAsync("build", "custom", $"{Coi.Prefix}image", "--script=build.sh", "--base=never-was")).ExitCode);

        // Written once it was done, which the command does not wait for.
        await Eventually.ContainsAsync($"the build of image {Coi.Prefix}image failed", TimeSpan.FromSeconds(10), () => Coi.OutputAsync("history"));
        // Also by another daemon.
        await Coi.OutputAsync("daemon", "stop");
        var events = JsonNode.Parse(await Coi.OutputAsync("history", "--format=json", "--container", box))?["events"]?.AsArray() ?? [];
        Assert.Equal(["container_launched", "policy_changed", "container_stopped", "container_started", "container_deleted"], events.Select(e => (string?)e?["event"]));
        Assert.Equal(("coi", "restricted", "coi"), ((string?)events[0]?["image"], (string?)events[0]?["network"], (string?)events[0]?["by"]?["program"]));
        Assert.StartsWith($"{box} does not exist any more.\n", await Coi.OutputAsync("why", box), StringComparison.Ordinal);
        var builds = (JsonNode.Parse(await Coi.OutputAsync("history", "--format=json"))?["events"]?.AsArray() ?? []).Where(e => (string?)e?["image"] == $"{Coi.Prefix}image").ToList();
        Assert.Equal(["build_started", "build_failed"], builds.Select(e => (string?)e?["event"]));
        Assert.Equal("image.missing", (string?)builds[1]?["problem"]?["code"]);
    }

    [Fact]
    public async Task Events_end_when_nobody_reads_them_any_more()
    {
        var outcome = await Shell.RunAsync("bash", ["-c", $"set -o pipefail; {Programs.Coi} events | head -c 10"], Coi.Environment, Coi.Workspace);
        Assert.Equal("{\"type\":\"s", outcome.Output);
    }

    private static async Task<string> ReadAsync(string path) => File.Exists(path) ? await File.ReadAllTextAsync(path) : "";
}
