using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Sessions;

/// <summary>
/// Twenty starts at once, again and again. <c>COI_TEST_ROUNDS</c> sets how often (1 by default; 10 before a release), and
/// <c>COI_TEST_STARTS</c> how many at once.
/// </summary>
[Collection(WholeMachine.Name)]
public sealed class ManyStartsSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    private static int Rounds => Number("COI_TEST_ROUNDS", 1);

    private static int Starts => Number("COI_TEST_STARTS", 20);

    [Fact]
    public Task Starts_in_one_workspace_at_once_are_all_right_and_leave_nothing() => RepeatAsync(workspaces: 1);

    [Fact]
    public Task Starts_in_several_workspaces_at_once_are_all_right_and_leave_nothing() => RepeatAsync(workspaces: 4);

    private async Task RepeatAsync(int workspaces)
    {
        Coi.Configure($"[defaults]\nmax_slots = {Starts}\n");
        Coi.LaunchDeadline = TimeSpan.FromMinutes(5);
        var directories = Enumerable.Range(1, workspaces).Select(n => Directory.CreateDirectory(Path.Combine(Coi.Root, $"project {n}")).FullName).ToList();
        var right = 0;
        for (var round = 1; round <= Rounds; round++)
        {
            var began = DateTime.UtcNow;
            var starts = await Task.WhenAll(Enumerable.Range(0, Starts).Select(n => Coi.RunInAsync(directories[n % workspaces], ["shell", "--background"])));
            var took = DateTime.UtcNow - began;
            foreach (var start in starts) start.Succeeded();
            await AreRightAsync([.. starts.Select(start => start.Output.Trim())], directories);
            right += starts.Length;

            var killed = await Coi.OutputAsync("kill", "--all", "--force");

            Assert.Contains($"Killed {Starts} container(s)", killed, StringComparison.Ordinal);
            Assert.Empty(await Coi.Incus.BelongingsAsync(Coi.State, Coi.Prefix));
            var listing = await Coi.ListAsync();
            Assert.Empty(listing.Names);
            // One directory for each session that ran, and each can be resumed: nothing was made twice, nothing half.
            Assert.Equal(right, listing.Sessions.Count);
            Assert.Equal(right, Directory.GetDirectories(Path.Combine(Coi.State, "sessions-claude")).Length);
            Output.WriteLine($"round {round}: {starts.Length} of {starts.Length} right in {took.TotalSeconds:0.0} s, {right} in all");
        }
    }

    private async Task AreRightAsync(IReadOnlyList<string> names, List<string> directories)
    {
        Assert.Equal(Starts, names.Distinct().Count());
        var listing = await Coi.ListAsync();
        Assert.Equal(names.Order(StringComparer.Ordinal), listing.Names.Order(StringComparer.Ordinal));
        Assert.All(listing.Containers, c => Assert.Equal("Running", (string?)c["status"]));
        Assert.Equal(Starts, listing.Containers.Select(c => (string?)c["ipv4"]).Distinct().Count());
        Assert.Equal(Starts, listing.Containers.Select(c => (string?)c["session_id"]).Distinct().Count());
        foreach (var directory in directories)
        {
            var slots = listing.Containers.Where(c => (string?)c["workspace"] == directory).Select(c => (int?)c["slot"] ?? 0).Order();
            Assert.Equal(Enumerable.Range(1, Starts / directories.Count), slots);
        }

        // Incus agrees: three things for each session, an instance, its network and its ACL.
        Assert.Equal(3 * Starts, (await Coi.Incus.BelongingsAsync(Coi.State, Coi.Prefix)).Count);
        await Task.WhenAll(names.Select(name => Coi.ScreenShowsAsync(name, "directory: /workspace", seconds: 60)));
    }

    private static int Number(string variable, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : otherwise;
}
