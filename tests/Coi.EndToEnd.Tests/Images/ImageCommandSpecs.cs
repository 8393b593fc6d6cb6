using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Images;

/// <summary><c>coi image</c>, <c>coi images</c> and <c>coi build custom</c>, in an Incus project of the test's own.</summary>
public sealed class ImageCommandSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    private ImageProject? _project;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _project = await ImageProject.CreateAsync(Coi);
    }

    public override async Task DisposeAsync()
    {
        try
        {
            await base.DisposeAsync();
        }
        finally
        {
            if (_project is not null) await _project.DisposeAsync();
        }
    }

    [Fact]
    public async Task Images_are_listed_published_replaced_cleaned_up_and_deleted()
    {
        await ListingsAsync();
        var box = $"{Coi.Prefix}box";
        await Coi.OutputAsync("container", "launch", "base", box);
        await Coi.OutputAsync("container", "exec", box, "--", "sh", "-c", "echo was here >/root/mark");

        // A container that runs goes on; one that is stopped stays so; it goes only with --delete.
        var published = (await Coi.RunAsync("image", "publish", box, "mine", "--description", "with a mark")).Succeeded();
        var json = JsonNode.Parse(published.Output)!.AsObject();
        Assert.Equal(["alias", "fingerprint"], json.Select(pair => pair.Key));
        Assert.Contains("is running", published.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await Coi.RunAsync("container", "running", box)).ExitCode);
        var info = JsonNode.Parse(await Coi.OutputAsync("image", "info", "mine", "--format=json"))!;
        Assert.Equal(((string?)json["fingerprint"], "with a mark", true), ((string?)info["fingerprint"], (string?)info["description"], (bool?)info["made_by_coi"]));
        Assert.Contains("with a mark", await Coi.OutputAsync("image", "info", "mine"), StringComparison.Ordinal);
        Assert.Contains("with a mark", await Coi.OutputAsync("images"), StringComparison.Ordinal);
        await RefusalsAsync(box);

        await Coi.OutputAsync("container", "stop", "--force", box);
        await Coi.OutputAsync("image", "publish", box, "mine", "--force");
        Assert.Equal(1, (await Coi.RunAsync("container", "running", box)).ExitCode);
        Assert.Equal(["base", "coi", "mine"], await _project!.AliasesAsync());
        foreach (var version in new[] { "old-20260101-000000", "old-20260102-000000", "old-20260103-000000" }) await Coi.OutputAsync("image", "publish", box, version);
        await Coi.OutputAsync("image", "publish", box, "old-rust", "--delete");
        Assert.Equal(1, (await Coi.RunAsync("container", "exists", box)).ExitCode);

        await Shell.OutputAsync("incus", "image", "alias", "create", "stable", await FingerprintAsync("old-20260101-000000"), "--project", _project.Name);
        Assert.Contains("Would delete 1 version", (await Coi.RunAsync("image", "cleanup", "old-", "--keep", "1", "--dry-run")).Succeeded().Error, StringComparison.Ordinal);
        var cleaned = JsonNode.Parse(await Coi.OutputAsync("image", "cleanup", "old", "--keep", "1", "--format=json"))!;
        Assert.Equal("old-20260102-000000", (string?)Assert.Single(cleaned["deleted"]!.AsArray())!["alias"]);
        var again = (await Coi.RunAsync("image", "cleanup", "old", "--keep=1", "--force")).Succeeded();
        Assert.Contains("Cleanup complete", again.Error, StringComparison.Ordinal);
        Assert.Contains("it is also named stable", again.Error, StringComparison.Ordinal);
        Assert.Equal(["base", "coi", "mine", "old-20260101-000000", "old-20260103-000000", "old-rust", "stable"], await _project.AliasesAsync());

        var deleted = await Coi.RunAsync("image", "delete", "mine", "no-such-image", "old-rust");
        Assert.Equal(1, deleted.ExitCode);
        Assert.Contains("image 'no-such-image' not found", deleted.Error, StringComparison.Ordinal);
        await Coi.OutputAsync("image", "delete", "--force", "stable");
        Assert.Equal(["base", "coi", "old-20260103-000000"], await _project.AliasesAsync());
        await Coi.NothingIsLeftAsync(seconds: 0);
    }

    [Fact]
    public async Task A_script_makes_an_image_whose_sessions_are_as_any_others()
    {
        Script("good.sh", "echo from the script; echo made >/etc/made");
        var built = (await Coi.RunAsync("build", "custom", "mine", "--script", "good.sh", "--base", "base")).Succeeded();
        var json = JsonNode.Parse(built.Output)!.AsObject();
        Assert.Equal(["alias", "fingerprint", "skipped"], json.Select(pair => pair.Key));
        Assert.Equal(("mine", await FingerprintAsync("mine"), false), ((string?)json["alias"], (string?)json["fingerprint"], (bool?)json["skipped"]));
        Assert.Contains("from the script", built.Error, StringComparison.Ordinal);
        Assert.Contains("from the script", await File.ReadAllTextAsync(Directory.GetFiles(Path.Combine(Coi.State, "logs"), "build-mine-*.log").Single()), StringComparison.Ordinal);
        // These tests run as root, and so does the user inside.
        Assert.Equal("root /home/code made\n", await Coi.OutputAsync("run", "--image", "mine", "--", "sh", "-c", "echo $(stat -c %U ~) $HOME $(cat /etc/made)"));

        var skipped = (await Coi.RunAsync("build", "custom", "mine", "--script", "good.sh")).Succeeded();
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(skipped.Output), new JsonObject { ["alias"] = "mine", ["skipped"] = true }));
        Assert.Contains("already exists", skipped.Error, StringComparison.Ordinal);

        var forced = (await Coi.RunAsync("build", "custom", "mine", "--script", "good.sh", "--base=base", "--force")).Succeeded();
        Assert.Contains("1 older version of 'mine'", forced.Error, StringComparison.Ordinal);
        Assert.Contains("coi image cleanup mine --keep 1", forced.Error, StringComparison.Ordinal);

        Script("bad.sh", "echo the last words; exit 7");
        await File.WriteAllTextAsync(Path.Combine(Coi.Workspace, "windows.sh"), "#!/bin/sh\r\ntrue\r\n");
        foreach (var (code, words, line) in new (int, string, string[])[]
        {
            (1, "the last words (exit code 7)", ["bad", "--script", "bad.sh", "--base", "base"]),
            (1, "not found", ["bad", "--script", "no-such.sh"]),
            (1, "is a directory", ["bad", "--script", "."]),
            (1, "Windows line ends", ["bad", "--script", "windows.sh"]),
            (1, "the base image 'none' does not exist", ["bad", "--script", "good.sh", "--base", "none"]),
            (1, "cannot be an image's name", ["b d", "--script", "good.sh"]),
            (2, "required flag(s) \"script\" not set", ["bad"]),
            (2, "requires at least", ["--script", "good.sh"]),
        }) await IsRefusedAsync(code, words, ["build", "custom", .. line]);
        Assert.DoesNotContain("bad", await _project!.AliasesAsync());
        await Coi.NothingIsLeftAsync(seconds: 0);
    }

    [Fact]
    public async Task Builds_run_side_by_side_wait_for_their_alias_and_outlast_their_terminal()
    {
        // Each script waits until the test has seen what it wants to see.
        Script("one.sh", "echo one has begun; until [ -e /go ]; do sleep 0.2; done");
        Script("two.sh", "echo two >/etc/two");
        await using var terminal = await HostTerminal.OpenAsync(Coi);
        await terminal.RunCoiAsync("build custom first --script one.sh --base base");
        await terminal.ShowsAsync("one has begun", 120);

        // Another alias is not kept waiting, the same alias is; Ctrl-C of who waits ends nobody else's build.
        await Coi.OutputAsync("build", "custom", "second", "--script", "two.sh", "--base", "base");
        await using var waiting = await HostTerminal.OpenAsync(Coi);
        await waiting.RunCoiAsync("build custom first --script two.sh --base base");
        await waiting.ShowsAsync("Waiting for another build of first to end");
        await waiting.PressAsync("C-c");
        await waiting.ShowsAsync("exit=130");

        // A terminal that goes away leaves the build; the same command shows it again.
        await terminal.CloseAsync();
        await Eventually.IsTrueAsync("waiting for the first client to end", TimeSpan.FromSeconds(30), async () => await ClientsAsync() == 0);
        var rejoined = Coi.RunAsync("build", "custom", "first", "--script", "one.sh", "--base", "base");
        await Eventually.IsTrueAsync("waiting for the second client of the build", TimeSpan.FromSeconds(30), async () => await ClientsAsync() > 0);
        var builder = Assert.Single(await Coi.Incus.BelongingsAsync(Coi.State, Coi.Prefix), thing => thing.StartsWith("instances/", StringComparison.Ordinal)).Split('/')[1];
        await Shell.OutputAsync("incus", "exec", builder, "--project", _project!.Name, "--", "touch", "/go");

        var outcome = (await rejoined).Succeeded();
        Assert.Contains("one has begun", outcome.Error, StringComparison.Ordinal);
        Assert.False((bool?)JsonNode.Parse(outcome.Output)!["skipped"]);
        Assert.Superset(new HashSet<string> { "first", "second" }, (await _project.AliasesAsync()).ToHashSet());
        await Coi.NothingIsLeftAsync(seconds: 30);

        async Task<int> ClientsAsync() =>
            (await Shell.OutputAsync("ss", "-xH", "state", "established", "src", Path.Combine(Coi.State, "run", "coid.sock"))).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
    }

    private async Task ListingsAsync()
    {
        var table = await Coi.OutputAsync("image", "list");
        Assert.StartsWith("Available Images:\n\nCOI Images:\n  ✓ base, coi  ", table, StringComparison.Ordinal);
        Assert.Matches(new Regex("All Local Images:\n  ALIAS +SIZE +UPLOAD DATE\n  base +[0-9.]+ [MG]iB +20"), await Coi.OutputAsync("images", "-a"));
        Assert.Matches(new Regex("^ALIAS {35}SIZE {16}CREATED\nbase {36}[0-9.]+ [MG]iB +20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}\n$"), await Coi.OutputAsync("image", "list", "--prefix", "ba"));
        Assert.Equal("No images found\n", await Coi.OutputAsync("image", "list", "--prefix", "none"));
        Assert.Equal("[]\n", await Coi.OutputAsync("image", "list", "--prefix", "none", "--format", "json"));
        var image = Assert.Single(JsonNode.Parse(await Coi.OutputAsync("image", "list", "--format=json"))!.AsArray())!.AsObject();
        Assert.Equal(["fingerprint", "aliases", "size", "created_at"], image.Select(pair => pair.Key));
        Assert.True((long)image["size"]! > 50_000_000);
        foreach (var (code, alias) in new[] { (0, "base"), (1, "none") })
        {
            var silent = await Coi.RunAsync("image", "exists", alias);
            Assert.Equal((code, "", ""), (silent.ExitCode, silent.Output, silent.Error));
        }
    }

    private async Task RefusalsAsync(string running)
    {
        foreach (var (code, words, line) in new (int, string, string[])[]
        {
            (1, "already exists", ["publish", running, "mine"]),
            (1, "is running", ["publish", running, "other", "--delete"]),
            (1, "not found", ["publish", $"{running}-none", "other"]),
            (1, "cannot be an image's name", ["publish", running, "an other"]),
            (2, "requires at least", ["publish", running]),
            (1, "not found", ["info", "none"]),
            (2, "requires at least", ["info"]),
            (2, "invalid format", ["info", "base", "--format=xml"]),
            (2, "invalid format", ["list", "--format=xml"]),
            (2, "--keep must be > 0", ["cleanup", "old", "--keep", "0"]),
            (2, "--keep must be > 0", ["cleanup", "old", "--keep", "x"]),
            (2, "required flag(s) \"keep\" not set", ["cleanup", "old"]),
            (1, "also named coi", ["delete", "base"]),
            (1, "not found", ["delete", "none"]),
            (2, "requires at least", ["delete"]),
            (2, "unknown command", ["bogus"]),
            (2, "unknown flag", ["exists", "base", "--bogus"]),
        }) await IsRefusedAsync(code, words, ["image", .. line]);
        Assert.Equal(0, (await Coi.RunAsync("image")).ExitCode);
    }

    private async Task IsRefusedAsync(int code, string words, string[] line)
    {
        var outcome = await Coi.RunAsync(line);
        Assert.True(outcome.ExitCode == code && outcome.Output.Length == 0 && outcome.Error.Contains(words, StringComparison.Ordinal), $"expected {code} and '{words}': {outcome}");
    }

    private async Task<string> FingerprintAsync(string alias) => (string)JsonNode.Parse(await Coi.OutputAsync("image", "info", alias, "--format=json"))!["fingerprint"]!;

    private void Script(string name, string text) => File.WriteAllText(Path.Combine(Coi.Workspace, name), $"#!/bin/bash\nset -e\n{text}\n");
}
