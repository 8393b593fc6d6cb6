using System.Text.Json.Nodes;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Configuration;

public sealed class ConfigurationCommandSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    private string UserFile => Path.Combine(Coi.UserHome, ".config", "coi", "config.toml");

    private string ProjectFile => Path.Combine(Coi.Workspace, ".coi.toml");

    [Fact]
    public async Task A_configuration_is_begun_checked_and_shown_without_incus()
    {
        Coi.Environment["INCUS_SOCKET"] = Path.Combine(Coi.Root, "no-incus.socket");
        if (File.Exists(UserFile)) File.Delete(UserFile);

        Assert.Equal(UserFile, (await Coi.OutputAsync("config", "path")).Trim());
        Assert.Equal(UserFile, (await Coi.OutputAsync("config", "init")).Trim());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(UserFile));
        Assert.Contains("no problems", await Coi.OutputAsync("config", "check"), StringComparison.Ordinal);

        var mine = "[defaults]\nmax_slots = 3\n";
        await File.WriteAllTextAsync(UserFile, mine);
        var again = await Coi.RunAsync("config", "init");
        Assert.Equal(1, again.ExitCode);
        Assert.Contains($"{UserFile} already exists", again.Error, StringComparison.Ordinal);
        Assert.Equal(mine, await File.ReadAllTextAsync(UserFile));

        Assert.Equal(ProjectFile, (await Coi.OutputAsync("config", "init", "--project")).Trim());
        var shown = await Coi.OutputAsync("config", "show", "--origin");
        Assert.Contains(shown.Split('\n'), line => line.StartsWith("defaults.max_slots = 3 ", StringComparison.Ordinal) && line.EndsWith($"# {UserFile}:2", StringComparison.Ordinal));
        var json = JsonNode.Parse(await Coi.OutputAsync("config", "show", "--format=json", "--image", "web"))!;
        var image = json["settings"]!.AsArray().Single(setting => (string?)setting!["key"] == "defaults.image")!;
        Assert.Equal(("web", "flag", "--image"), ((string?)image["value"], (string?)image["layer"], (string?)image["origin"]));
        var schema = JsonNode.Parse(await Coi.OutputAsync("config", "schema"))!;
        Assert.NotNull(schema["properties"]!["network"]!["properties"]!["mode"]);
        await Coi.OutputAsync("daemon", "stop");
    }

    [Fact]
    public async Task Check_finds_every_problem_of_every_file_with_its_place()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(UserFile)!);
        await File.WriteAllTextAsync(UserFile, "[defaults]\nimgae = \"x\"\npersistent = \"yes\"\n[profiles.a]\ninherits = \"b\"\n");
        await File.WriteAllTextAsync(ProjectFile, "[limits]\nmemory = 4\n\n[[mounts]]\nhost = \"data\"\ncontainer = \"/data\"\n");
        var named = Path.Combine(Coi.Root, "named.toml");
        await File.WriteAllTextAsync(named, "[network\n");
        Coi.Environment["COI_CONFIG"] = named;

        var check = await Coi.RunAsync("config", "check");

        Assert.Equal(1, check.ExitCode);
        Assert.Contains($"{UserFile}:2:1: unknown key defaults.imgae\n  did you mean defaults.image?\n", check.Output, StringComparison.Ordinal);
        Assert.Contains($"{UserFile}:3:1: defaults.persistent must be true or false, not a string\n", check.Output, StringComparison.Ordinal);
        Assert.Contains($"{ProjectFile}:2:1: limits.memory must be a size such as \"4GiB\", not a whole number\n", check.Output, StringComparison.Ordinal);
        Assert.Contains($"{ProjectFile}:5:1: mounts.host cannot be used: 'data' is neither absolute nor below ~\n", check.Output, StringComparison.Ordinal);
        Assert.Contains($"{named}:1:", check.Output, StringComparison.Ordinal);
        Assert.Contains("error: 5 problem(s)", check.Error, StringComparison.Ordinal);
        var json = JsonNode.Parse((await Coi.RunAsync("config", "check", "--format=json")).Output)!;
        Assert.Equal(5, json["problems"]!.AsArray().Count);

        var refused = await Coi.RunAsync("shell", "--background");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("coi config check", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trust_is_listed_ends_with_a_change_and_is_taken_back()
    {
        Assert.Equal(1, (await Coi.RunAsync("trust")).ExitCode);
        await File.WriteAllTextAsync(ProjectFile, "[network]\nmode = \"open\"\n");

        Assert.Contains("line 2: network.mode = \"open\"", await Coi.OutputAsync("trust", ProjectFile), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Coi.State, "trust.json")));
        Assert.StartsWith("trusted ", await Coi.OutputAsync("trust", "--list"), StringComparison.Ordinal);
        Assert.Contains("network.mode = \"open\"\n", await Coi.OutputAsync("config", "show"), StringComparison.Ordinal);
        await File.AppendAllTextAsync(ProjectFile, "\n");
        Assert.StartsWith("changed ", await Coi.OutputAsync("trust", "--list"), StringComparison.Ordinal);
        Assert.Contains("network.mode = \"restricted\"\n", await Coi.OutputAsync("config", "show"), StringComparison.Ordinal);
        File.Delete(ProjectFile);
        File.CreateSymbolicLink(ProjectFile, "/etc/passwd");
        Assert.StartsWith("changed ", await Coi.OutputAsync("trust", "--list"), StringComparison.Ordinal);
        Assert.Equal(1, (await Coi.RunAsync("trust")).ExitCode);
        File.Delete(ProjectFile);
        Assert.Equal("missing", (string?)JsonNode.Parse(await Coi.OutputAsync("trust", "--list", "--format=json"))!["files"]![0]!["state"]);
        Assert.Contains("is not trusted any more", await Coi.OutputAsync("untrust"), StringComparison.Ordinal);
        Assert.Contains("was not trusted", await Coi.OutputAsync("untrust"), StringComparison.Ordinal);
    }
}
