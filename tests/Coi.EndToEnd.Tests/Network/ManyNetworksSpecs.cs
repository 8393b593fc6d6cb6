using System.Security.Cryptography;
using System.Text;
using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Network;

/// <summary>Starts and stops leave nothing of a network behind. <c>COI_TEST_NETWORKS</c> sets how many (6 by default; 100 before a release).</summary>
[Collection(WholeMachine.Name)]
public sealed class ManyNetworksSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    private static int Rounds => int.TryParse(Environment.GetEnvironmentVariable("COI_TEST_NETWORKS"), out var rounds) ? rounds : 6;

    private string Names => "/var/lib/coi-names-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Environment.UserName}\n{Coi.State}")))[..16];

    [Fact]
    public async Task After_many_starts_and_stops_everything_is_as_it_was()
    {
        Machine.RequireRoot("seeing whose resolvers run");
        Coi.Configure("network.mode = \"allowlist\"\nnetwork.allowed_domains = [\"service.coi-e2e.test\", \"198.51.100.200\"]\n");
        await using var names = await NameServer.StartAsync(new Dictionary<string, string> { ["service.coi-e2e.test"] = "198.51.100.201" });
        Coi.Environment["COI_RESOLV_CONF"] = names.ResolverFile;
        var bridges = new HashSet<string>();
        for (var round = 0; round < Rounds; round += 2)
        {
            var started = await Task.WhenAll(Coi.StartAsync("--debug"), Coi.StartAsync("--debug"));
            foreach (var name in started) bridges.Add((string?)(await Coi.Incus.InstanceAsync(name))!["devices"]!["eth0"]!["network"] ?? "");
            if (round == 0)
            {
                Assert.All(await CountAsync(bridges), counted => Assert.True(counted.Number == 2, $"{counted.What}: {counted.Number}"));
            }

            await Coi.OutputAsync("kill", "--all", "--force");
        }

        await Coi.NothingIsLeftAsync();
        var left = await CountAsync(bridges);
        Output.WriteLine($"{Rounds} starts and stops: {string.Join(", ", left.Select(c => $"{c.What} {c.Number}"))}");
        Assert.All(left, counted => Assert.True(counted.Number == 0, $"{counted.What}: {counted.Number}"));
    }

    private async Task<IReadOnlyList<(string What, int Number)>> CountAsync(IReadOnlyCollection<string> bridges)
    {
        var belongings = await Coi.Incus.BelongingsAsync(Coi.State, Coi.Prefix);
        var processes = await Shell.OutputAsync("ps", "-eo", "args");
        var tables = await Shell.OutputAsync("nft", "list", "tables", "inet");
        var links = await Shell.OutputAsync("ip", "-brief", "link");
        var cache = Path.Combine(Coi.State, "network-cache");
        return
        [
            ("ACLs", belongings.Count(b => b.StartsWith("network-acls/", StringComparison.Ordinal))),
            ("networks", belongings.Count(b => b.StartsWith("networks/", StringComparison.Ordinal))),
            ("bridges", bridges.Count(b => links.Contains(b, StringComparison.Ordinal))),
            ("resolvers", bridges.Count(b => processes.Contains($"--interface={b}", StringComparison.Ordinal))),
            ("fences", bridges.Count(b => tables.Contains($"coi.{b}.", StringComparison.Ordinal))),
            ("directories of names", Directory.Exists(Names) ? Directory.GetDirectories(Names).Length : 0),
            ("cached answers", Directory.Exists(cache) ? Directory.GetFiles(cache).Length : 0),
        ];
    }
}
