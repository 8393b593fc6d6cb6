using System.Diagnostics;
using System.Text.RegularExpressions;
using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Failures;

/// <summary>
/// Eight sessions are talked to while <c>coid</c>, <c>coi</c> and Incus are killed at random. <c>COI_TEST_KILLS</c> sets how often (12 by default; 200
/// before a release), <c>COI_TEST_SEED</c> which.
/// </summary>
[Collection(WholeMachine.Name)]
public sealed partial class RandomKillsSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    private const int Sessions = 8;

    private static int Kills => int.TryParse(Environment.GetEnvironmentVariable("COI_TEST_KILLS"), out var kills) ? kills : 12;

    private static int Seed => int.TryParse(Environment.GetEnvironmentVariable("COI_TEST_SEED"), out var seed) ? seed : 20261126;

    [Fact]
    public async Task Every_exchange_that_the_tool_acknowledged_is_in_the_resumed_conversation()
    {
        var talks = new List<Talk>();
        for (var i = 0; i < Sessions; i++)
        {
            var name = await Coi.StartAsync();
            await Coi.PromptsAsync(name);
            talks.Add(new Talk(name, await Coi.SessionOfAsync(name)));
        }

        using var stop = new CancellationTokenSource();
        var talking = talks.Select(talk => TalkAsync(talk, stop.Token)).ToList();
        await KillAsync(new Random(Seed));
        await Eventually.IsTrueAsync(
            "waiting until every session was heard", TimeSpan.FromMinutes(3), () => Task.FromResult(talks.TrueForAll(talk => talk.Acknowledged > 0)),
            () => string.Join(' ', talks.Select(talk => talk.Acknowledged)));
        await stop.CancelAsync();
        await Task.WhenAll(talking);
        Output.WriteLine($"acknowledged: {string.Join(' ', talks.Select(talk => talk.Acknowledged))}");

        Assert.Equal(talks.Select(talk => talk.Container).Order(StringComparer.Ordinal), (await Coi.ListAsync()).Names.Order(StringComparer.Ordinal));
        await Coi.OutputAsync("shutdown", "--all", "--force");
        await Coi.NothingIsLeftAsync();
        foreach (var talk in talks)
        {
            var resumed = await Coi.StartAsync($"--resume={talk.Session}");
            var screen = await Coi.ScreenShowsAsync(resumed, "earlier exchanges");
            // One more may have reached the tool without its answer having been seen.
            Assert.InRange(int.Parse(Resumed().Match(screen).Groups[1].Value), talk.Acknowledged, int.MaxValue);
            await Coi.OutputAsync("kill", "--force", resumed);
        }

        await Coi.NothingIsLeftAsync();
    }

    private async Task KillAsync(Random random)
    {
        for (var kill = 1; kill <= Kills; kill++)
        {
            await Task.Delay(random.Next(100, 1500));
            switch (random.Next(10))
            {
                case < 5:
                    await KillOursAsync(random, "coid");
                    break;
                case < 9:
                    await KillOursAsync(random, "coi");
                    break;
                default:
                    Output.WriteLine($"{kill}: Incus");
                    await Machine.KillAndStartIncusAsync();
                    break;
            }
        }
    }

    // One of this test's own, which its environment tells.
    private async Task KillOursAsync(Random random, string program)
    {
        var ours = Process.GetProcessesByName(program).Where(process => IsOurs(process.Id)).ToList();
        if (ours.Count == 0) return;
        var victim = ours[random.Next(ours.Count)];
        Output.WriteLine($"{program} {victim.Id}");
        await Shell.RunAsync("kill", ["-9", victim.Id.ToString()]);
    }

    private bool IsOurs(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/environ").Contains($"COI_HOME={Coi.State}\0", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private async Task TalkAsync(Talk talk, CancellationToken stop)
    {
        for (var word = 1; !stop.IsCancellationRequested; word++)
        {
            // May have been sent although it failed; the next one shows.
            await Coi.RunAsync("tmux", "send", talk.Container, $"word {word}");
            var seen = await Coi.RunAsync("tmux", "capture", talk.Container, "--wait-for", $"answers \\([0-9]+\\): word {word}\\b", "--timeout", "5");
            if (Answers().Matches(seen.Output) is { Count: > 0 } answers) talk.Acknowledged = Math.Max(talk.Acknowledged, int.Parse(answers[^1].Groups[1].Value));
        }
    }

    [GeneratedRegex(@"answers \((\d+)\)")]
    private static partial Regex Answers();

    [GeneratedRegex(@"resumed with (\d+) earlier")]
    private static partial Regex Resumed();

    private sealed record Talk(string Container, string Session)
    {
        public int Acknowledged { get; set; }
    }
}
