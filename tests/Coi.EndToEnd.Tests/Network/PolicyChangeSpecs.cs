using System.Globalization;
using System.Text.Json.Nodes;
using Coi.EndToEnd.Tests.Support;
using Microsoft.AspNetCore.Http;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Network;

/// <summary>
/// The policy of a running session changes from each mode to each other one, while packets are sent every 20 ms to a private host, to one that is
/// listed and to one that is not always listed. What gets through at a moment must be allowed by a policy of that moment: by the old or the
/// new one while a change is under way, by the one in force otherwise.
/// </summary>
[Collection(SharedNeighbours.Name)]
public sealed class PolicyChangeSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    // One line for each attempt: when it began, when it ended, whether it got through. The kernel sends at most one refusal a second to a host, so a refused
    // attempt is given up soon.
    private const string Prober = """
        import os, socket, sys, time
        out = open("/workspace/" + sys.argv[3], "w")
        while not os.path.exists("/tmp/stop"):
            began = time.time()
            try:
                socket.create_connection((sys.argv[1], 8080), timeout=float(sys.argv[2])).close()
                passed = 1
            except OSError:
                passed = 0
            out.write("%f %f %d\n" % (began, time.time(), passed))
            time.sleep(max(0, 0.02 - (time.time() - began)))
        """;

    // One connection for as long as it lasts.
    private const string Holder = """
        import http.client, os, sys, time
        connection = http.client.HTTPConnection(sys.argv[1], 8080, timeout=60)
        while not os.path.exists("/tmp/stop"):
            connection.request("GET", "/")
            if connection.getresponse().read() != b"the listed host": sys.exit("another answer")
            connection.auto_open = 0
            time.sleep(0.5)
        print("held")
        """;

    private NetworkHost? _private;
    private NetworkHost? _listed;
    private NetworkHost? _other;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _private = await NetworkHost.CreateAsync("coi-e2e-c", "192.168.83.2", context => context.Response.WriteAsync("the private host"));
        _listed = await NetworkHost.CreateAsync("coi-e2e-a", "198.51.100.106", context => context.Response.WriteAsync("the listed host"));
        _other = await NetworkHost.CreateAsync("coi-e2e-b", "198.51.100.110", context => context.Response.WriteAsync("the other host"));
        Coi.Configure($"network.allowed_domains = [\"{_listed.Address}\"]\n");
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var host in new[] { _private, _listed, _other })
        {
            if (host is not null) await host.DisposeAsync();
        }
    }

    [Fact]
    public async Task Nothing_is_open_that_neither_the_old_nor_the_new_policy_opens()
    {
        var container = await Coi.StartAsync("--debug");
        await File.WriteAllTextAsync(Path.Combine(Coi.Workspace, "prober.py"), Prober);
        await File.WriteAllTextAsync(Path.Combine(Coi.Workspace, "holder.py"), Holder);
        var probers = new[] { (_private!.Address, "0.1", "private"), (_other!.Address, "0.1", "other"), (_listed!.Address, "2", "listed") }
            .Select(p => IncusView.ExecAsync(container, "python3", "/workspace/prober.py", p.Item1, p.Item2, p.Item3)).ToList();
        var holder = IncusView.ExecAsync(container, "python3", "/workspace/holder.py", _listed.Address);
        var story = new PolicyStory(["other", "listed"]);

        await ChangeAsync(story, ["listed"], "--mode=allowlist");
        await ChangeAsync(story, ["other", "listed"], $"--allow={_other.Address}");
        await ChangeAsync(story, ["listed"], $"--remove={_other.Address}");
        await ChangeAsync(story, ["other", "listed"], "--mode=restricted");
        await ChangeAsync(story, ["private", "other", "listed"], "--mode=open");
        await ChangeAsync(story, ["listed"], "--mode=allowlist");
        await ChangeAsync(story, ["private", "other", "listed"], "--mode=open");
        await ChangeAsync(story, ["other", "listed"], "--mode=restricted");

        await IncusView.ExecAsync(container, "touch", "/tmp/stop");
        foreach (var prober in probers) (await prober).Succeeded();
        var counts = new[] { "private", "other", "listed" }.Select(host => (Host: host, Counts: story.Count(host, File.ReadLines(Path.Combine(Coi.Workspace, host))))).ToList();
        foreach (var (host, c) in counts) Output.WriteLine($"{host}: {c}");
        Assert.All(counts, c => Assert.Equal(0, c.Counts.WronglyOpen));
        Assert.Equal(0, counts[2].Counts.WronglyClosed);
        Assert.All(counts, c => Assert.True(c.Counts.Open > 20, $"{c.Host} was hardly reached at all, so that nothing is shown"));
        Assert.Contains("held", (await holder).Succeeded().Output, StringComparison.Ordinal);

        async Task ChangeAsync(PolicyStory told, string[] open, params string[] wish)
        {
            told.Begins(open);
            await Coi.OutputAsync(["network", "set", container, .. wish]);
            told.Ends();
            await Task.Delay(TimeSpan.FromSeconds(2));
        }
    }

    [Fact]
    public async Task The_change_outlives_the_daemon_and_its_journal()
    {
        var container = await Coi.StartAsync("--debug");
        await Coi.OutputAsync("network", "set", container, "--mode=allowlist", $"--allow={_other!.Address}");
        await Coi.KillDaemonAsync();
        Assert.Equal("allowlist", (string?)(await Coi.ListAsync()).Find(container)!["network"]);
        await Coi.KillDaemonAsync();
        foreach (var file in Directory.GetFiles(Coi.State, "journal.db*")) File.Delete(file);

        await Eventually.IsTrueAsync(
            "finding the container in Incus", TimeSpan.FromSeconds(60), async () => (string?)(await Coi.ListAsync()).Find(container)?["network"] == "allowlist");
        var shown = await Coi.OutputAsync("network", "show", container);
        Assert.Contains($"Allowed:   {_listed!.Address}, {_other.Address}", shown, StringComparison.Ordinal);
        await Coi.OutputAsync("network", "test", container, $"--probe={_other.Address}:{NetworkHost.Port}", $"--probe={_private!.Address}:{NetworkHost.Port}");
    }

    [Fact]
    public async Task What_is_not_as_it_should_be_is_found()
    {
        var container = await Coi.StartAsync("--debug");
        var first = await Coi.OutputAsync("network", "test", container, $"--probe={_private!.Address}:{NetworkHost.Port}", $"--probe={_other!.Address}:{NetworkHost.Port}");
        Assert.DoesNotContain("✗", first, StringComparison.Ordinal);
        Assert.Contains($"{_private.Address}:{NetworkHost.Port}", first, StringComparison.Ordinal);

        var acl = (await Coi.Incus.AclAsync(container))!.AsObject();
        (acl["egress"], acl["ingress"]) = (new JsonArray(), new JsonArray());
        await Shell.OutputAsync("incus", "query", "-X", "PUT", $"/1.0/network-acls/{container}", "-d", acl.ToJsonString());
        var second = await Coi.RunAsync("network", "test", container, $"--probe={_private.Address}:{NetworkHost.Port}");

        Assert.Equal(1, second.ExitCode);
        Assert.Contains("probes of", second.Error, StringComparison.Ordinal);
        Assert.Contains(second.Output.Split('\n'), line => line.Contains('✗', StringComparison.Ordinal) && line.Contains(_private.Address, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_container_that_was_launched_by_name_changes_too_and_one_that_is_kept_does_not()
    {
        var named = $"{Coi.Prefix}named";
        await Coi.OutputAsync("container", "launch", "coi", named);
        try
        {
            await Coi.OutputAsync("network", "set", named, "--mode=allowlist");
            Assert.Contains("Mode:      allowlist", await Coi.OutputAsync("network", "show", named), StringComparison.Ordinal);
            await Coi.OutputAsync("network", "test", named, $"--probe={_listed!.Address}:{NetworkHost.Port}", $"--probe={_other!.Address}:{NetworkHost.Port}");
        }
        finally
        {
            await Coi.OutputAsync("container", "delete", "--force", named);
        }

        var kept = await Coi.StartAsync("--debug", "--persistent");
        await IncusView.PoweroffAsync(kept);
        await Coi.IsKeptAsync(kept);
        var refused = await Coi.RunAsync("network", "set", kept, "--mode=open");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("the configuration of the next session in it decides", refused.Error, StringComparison.Ordinal);
    }
}

/// <summary>Which hosts were allowed when.</summary>
internal sealed class PolicyStory(string[] open)
{
    private readonly List<(double From, double To, string[] Open)> _spans = [(0, double.MaxValue, open)];

    /// <summary>A change begins; from now on the new policy may be in force.</summary>
    public void Begins(string[] open) => _spans.Add((Now, double.MaxValue, open));

    /// <summary>The change is in force; the old policy is not any more.</summary>
    public void Ends() => _spans[^2] = _spans[^2] with { To = Now };

    /// <summary>What attempts at a host came to.</summary>
    public ProbeCounts Count(string host, IEnumerable<string> attempts)
    {
        var counts = new ProbeCounts(0, 0, 0, 0, 0);
        foreach (var words in attempts.Select(line => line.Split(' ')))
        {
            var (began, ended) = (double.Parse(words[0], CultureInfo.InvariantCulture), double.Parse(words[1], CultureInfo.InvariantCulture));
            var then = _spans.Where(span => span.From <= ended && span.To >= began).ToList();
            var passed = words[2] == "1";
            counts = (passed, then.Any(span => span.Open.Contains(host)), then.All(span => span.Open.Contains(host)), then.Count > 1) switch
            {
                (true, true, _, _) => counts with { Open = counts.Open + 1 },
                (true, false, _, _) => counts with { WronglyOpen = counts.WronglyOpen + 1 },
                (false, _, true, false) => counts with { WronglyClosed = counts.WronglyClosed + 1 },
                (false, _, true, true) => counts with { Paused = counts.Paused + 1 },
                _ => counts with { Closed = counts.Closed + 1 },
            };
        }

        return counts;
    }

    private static double Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
}

/// <summary>What attempts came to.</summary>
/// <param name="Open">They got through, as they should.</param>
/// <param name="Closed">They did not, as they should not, or as the change demanded.</param>
/// <param name="WronglyOpen">They got through although no policy of that moment allows it.</param>
/// <param name="WronglyClosed">They did not although the policy in force allows it.</param>
/// <param name="Paused">They did not because of the pause in which a bridge changes; both policies allow it.</param>
internal sealed record ProbeCounts(int Open, int Closed, int WronglyOpen, int WronglyClosed, int Paused);
