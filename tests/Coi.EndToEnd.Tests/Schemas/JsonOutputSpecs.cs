using System.Text.Json;
using System.Text.Json.Nodes;
using Coi.EndToEnd.Tests.Support;
using Json.Schema;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Schemas;

/// <summary>What each command really prints for programs is what its schema in docs/json says.</summary>
public sealed class JsonOutputSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    private readonly HashSet<string> _seen = [];

    [Fact]
    public async Task Every_command_prints_what_its_schema_says()
    {
        await DaemonAsync();
        await ConfigurationAsync();
        await ImagesAsync();
        await ContainersAsync();
        await SessionsAsync();
        await PrintsAsync(["daemon", "stop"]);
        Assert.Equal((await CommandsAsync([])).Order(), _seen.Order());
    }

    private async Task DaemonAsync()
    {
        Assert.False((bool?)(await PrintsAsync(["daemon", "status"], 1))?["running"]);
        Assert.False((bool?)(await PrintsAsync(["daemon", "stop"]))?["was_running"]);
        await PrintsAsync(["daemon", "start"]);
        Assert.True((bool?)(await PrintsAsync(["daemon", "status"]))?["running"]);
        await PrintsAsync(["version"]);
        Assert.True((bool?)(await PrintsAsync(["build"]))?["skipped"]);
    }

    private async Task ConfigurationAsync()
    {
        await PrintsAsync(["config", "init"]);
        await PrintsAsync(["config", "path"]);
        await PrintsAsync(["config", "path", "--all"]);
        await File.WriteAllTextAsync(Path.Combine(Coi.Workspace, ".coi.toml"), "[network]\nmode = \"open\"\n");
        await PrintsAsync(["config", "show"]);
        await PrintsAsync(["config", "check"]);
        await PrintsAsync(["trust"]);
        await PrintsAsync(["trust", "--list"]);
        await PrintsAsync(["untrust"]);
        await File.WriteAllTextAsync(Path.Combine(Coi.Workspace, ".coi.toml"), "[network]\nmodus = \"open\"\n");
        await PrintsAsync(["config", "check"], 1);
        File.Delete(Path.Combine(Coi.Workspace, ".coi.toml"));
    }

    private async Task ImagesAsync()
    {
        Assert.NotEmpty((await PrintsAsync(["image", "list"]))!.AsArray());
        await PrintsAsync(["image", "list", "--prefix", "no-such-"]);
        await PrintsAsync(["images"]);
        await PrintsAsync(["image", "info", "coi"]);
        await PrintsAsync(["image", "cleanup", "coi", "--keep", "1", "--dry-run"]);
    }

    private async Task ContainersAsync()
    {
        var name = $"{Coi.Prefix}box";
        await PrintsAsync(["container", "list"]);
        await PrintsAsync(["container", "launch", "coi", name]);
        await PrintsAsync(["container", "list"]);
        await PrintsAsync(["container", "info", name]);
        await PrintsAsync(["container", "exec", name, "--capture", "--", "false"], 1, format: false);
        Assert.Empty((await PrintsAsync(["tmux", "list"]))!.AsArray());
        await Coi.OutputAsync("container", "stop", "--force", name);
        await PrintsAsync(["container", "info", name]);
        await Coi.OutputAsync("container", "delete", name);
    }

    private async Task SessionsAsync()
    {
        await PrintsAsync(["list"]);
        var name = (string?)(await PrintsAsync(["shell", "--background"]))?["container"] ?? "";
        await PrintsAsync(["tmux", "send", name, "hello"]);
        await PrintsAsync(["tmux", "capture", name]);
        Assert.Equal(name, (string?)(await PrintsAsync(["tmux", "list"]))?[0]?["container"]);
        await PrintsAsync(["network", "show", name]);
        Assert.NotEmpty((await PrintsAsync(["network", "test", name]))!["probes"]!.AsArray());
        await PrintsAsync(["persist", name]);
        await PrintsAsync(["why", name]);
        Assert.NotEmpty((await PrintsAsync(["history"]))!["events"]!.AsArray());
        await PrintsAsync(["doctor"]);
        Assert.Empty((await PrintsAsync(["doctor", "--drift"]))!["differences"]!.AsArray());
        await PrintsAsync(["info"]);
        await PrintsAsync(["list", "--all"]);
        Assert.Single((await PrintsAsync(["kill", name, "no-such-container", "--force"], 1))!["failed"]!.AsArray());
        Assert.Empty((await PrintsAsync(["shutdown", "--all", "--force"]))!["ended"]!.AsArray());
        await PrintsAsync(["list", "--all"]);
        await PrintsAsync(["clean", "--sessions", "--dry-run"]);
        await PrintsAsync(["clean", "--sessions", "--force"]);
        await PrintsAsync(["run", "--capture", "--", "id"], format: false);
    }

    private async Task<JsonNode?> PrintsAsync(IReadOnlyList<string> command, int code = 0, bool format = true)
    {
        var outcome = await Coi.RunAsync([.. command, .. format ? ["--format=json"] : Array.Empty<string>()]);
        var name = string.Join('-', command.TakeWhile(word => !word.StartsWith('-')).Take(command[0] is "daemon" or "config" or "container" or "tmux" or "network" or "image" ? 2 : 1));
        Assert.True(outcome.ExitCode == code, outcome.ToString());
        Assert.DoesNotContain('\u001b', outcome.Output + outcome.Error);
        var schema = JsonSchema.FromText(await File.ReadAllTextAsync(Path.Combine(Programs.Repository, "docs", "json", name + ".schema.json")));
        using var document = JsonDocument.Parse(outcome.Output);
        var found = schema.Evaluate(document.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        var wrong = (found.Details ?? []).SelectMany(detail => (detail.Errors ?? new Dictionary<string, string>()).Select(error => $"{detail.InstanceLocation}: {error.Value}"));
        Assert.True(found.IsValid, $"{outcome}\n{string.Join('\n', wrong)}");
        _seen.Add(name);
        return JsonNode.Parse(outcome.Output);
    }

    // As help tells it: a command that is added and takes --format has to be shown above.
    private async Task<IReadOnlyList<string>> CommandsAsync(IReadOnlyList<string> path)
    {
        var help = await Coi.OutputAsync([.. path, "--help"]);
        var names = help.Split("Available Commands:\n") is [_, var listed]
            ? listed.Split("\n\n")[0].Split('\n').Select(line => line.Trim().Split(' ')[0]).Where(name => name.Length > 0)
            : [];
        var below = new List<string>();
        if (path.Count > 0 && help.Contains(" --format ", StringComparison.Ordinal)) below.Add(string.Join('-', path));
        foreach (var name in names) below.AddRange(await CommandsAsync([.. path, name]));
        return below;
    }
}
