using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Sessions;

public sealed class EnvironmentSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    [Fact]
    public async Task A_name_without_a_value_takes_the_one_from_here_and_nothing_else_enters()
    {
        var variables = new Dictionary<string, string?> { ["WANTED"] = "taken along", ["SECRET_TOKEN"] = "stays outside" };

        var started = (await Coi.RunInAsync(Coi.Workspace, ["shell", "--background", "--env", "WANTED"], variables)).Succeeded();

        var name = started.Output.Trim();
        await Coi.PromptsAsync(name);
        await Coi.TypeAsync(name, "/env WANTED");
        await Coi.ScreenShowsAsync(name, "taken along");
        await Coi.TypeAsync(name, "/env SECRET_TOKEN");
        await Coi.ScreenShowsAsync(name, "(not set)");
        var instance = await Coi.Incus.InstanceAsync(name);
        Assert.DoesNotContain("taken along", instance!.ToJsonString(), StringComparison.Ordinal); // the values are not written down
        Assert.Equal(1, (await Shell.RunAsync("grep", ["-rl", "taken along", Coi.State])).ExitCode);
    }

    [Theory]
    [InlineData("not a name=x")]
    [InlineData("1st=x")]
    [InlineData("=x")]
    [InlineData("NEVER_SET_ANYWHERE")]
    public async Task A_variable_that_cannot_be_is_refused_before_anything_is_made(string item)
    {
        var refused = await Coi.RunAsync("shell", "--background", "--env", item);

        Assert.Equal(2, refused.ExitCode);
        Assert.Empty(refused.Output);
        Assert.Empty(await Coi.Incus.BelongingsAsync(Coi.State, Coi.Prefix));
    }
}
