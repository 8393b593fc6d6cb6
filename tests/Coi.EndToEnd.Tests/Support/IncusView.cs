using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Coi.EndToEnd.Tests.Support;

/// <summary>Looks at Incus past coi, so that coi is not believed but checked.</summary>
internal sealed class IncusView : IDisposable
{
    private readonly HttpClient _http;

    /// <summary>Looks through the machine's socket.</summary>
    public IncusView()
    {
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            // A connection for each request: one that is kept, and was never used, would keep everybody else out of Incus (decision 8).
            PooledConnectionLifetime = TimeSpan.Zero,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        {
            BaseAddress = new Uri("http://incus"),
            Timeout = TimeSpan.FromSeconds(30),
        };
    }

    /// <summary>Where Incus listens.</summary>
    public static string SocketPath { get; } = new[] { Environment.GetEnvironmentVariable("INCUS_SOCKET"), "/run/incus/unix.socket", "/var/lib/incus/unix.socket" }
        .FirstOrDefault(File.Exists) ?? "/var/lib/incus/unix.socket";

    /// <summary>Fails, saying how to get it, when there is no Incus or no image to test with.</summary>
    public async Task RequireAsync()
    {
        try
        {
            await GetAsync("/1.0");
        }
        catch (HttpRequestException e)
        {
            throw new InvalidOperationException($"these tests need Incus, and none answers at {SocketPath} ({e.Message}): './test.sh' sets it up, or 'scripts/dev-incus.sh start'", e);
        }

        if (await FindAsync("/1.0/images/aliases/coi") is null)
            throw new InvalidOperationException("these tests need the image 'coi' in Incus: './test.sh' makes it, or 'coi build'");
    }

    /// <summary>An instance; null when there is none.</summary>
    public Task<JsonNode?> InstanceAsync(string name) => FindAsync($"/1.0/instances/{name}");

    /// <summary>A network; null when there is none.</summary>
    public Task<JsonNode?> NetworkAsync(string name) => FindAsync($"/1.0/networks/{name}");

    /// <summary>A network ACL; null when there is none.</summary>
    public Task<JsonNode?> AclAsync(string name) => FindAsync($"/1.0/network-acls/{name}");

    /// <summary>Whether an instance is there and runs.</summary>
    public async Task<bool> RunsAsync(string name) => (string?)(await InstanceAsync(name))?["status"] == "Running";

    /// <summary>Makes a bridge without addresses, as <c>incus network create</c> does.</summary>
    public static Task CreateNetworkAsync(string name, params IReadOnlyList<string> keys) =>
        ChangeNetworkAsync("create", name, ["ipv4.address=none", "ipv6.address=none", .. keys]);

    /// <summary>What <c>incus network</c> does to a bridge; asked again where Incus asked for an interface that had just gone (decision 8).</summary>
    public static async Task ChangeNetworkAsync(string verb, string name, params IReadOnlyList<string> keys)
    {
        const int attempts = 5;
        for (var attempt = 1; ; attempt++)
        {
            var outcome = await Shell.RunAsync("incus", ["network", verb, name, .. keys]);
            if (attempt == attempts || !outcome.Error.Contains("children interfaces", StringComparison.Ordinal))
            {
                outcome.Succeeded();
                return;
            }
        }
    }

    /// <summary>Every instance, network and ACL that carries a home's mark, or whose name begins with a prefix.</summary>
    public async Task<IReadOnlyList<string>> BelongingsAsync(string home, string prefix)
    {
        var found = new List<string>();
        foreach (var kind in new[] { "instances", "networks", "network-acls" })
        {
            foreach (var thing in (await GetAsync($"/1.0/{kind}?recursion=1&all-projects=true"))?.AsArray() ?? [])
            {
                var name = (string?)thing?["name"] ?? "";
                if ((string?)thing?["config"]?["user.coi.home"] == home || name.StartsWith(prefix, StringComparison.Ordinal)) found.Add($"{kind}/{name}");
            }
        }

        return found;
    }

    /// <summary>Runs a command in an instance as root, through Incus' own client.</summary>
    public static async Task<CommandOutcome> ExecAsync(string instance, params IReadOnlyList<string> command)
    {
        for (var attempt = 1; ; attempt++)
        {
            var outcome = await Shell.RunAsync("incus", ["exec", instance, "--", .. command]);
            // Incus 6.0 on a busy machine; the command has not begun then.
            if (attempt == 5 || !outcome.Error.Contains("Failed to retrieve PID", StringComparison.Ordinal)) return outcome;
        }
    }

    /// <summary>Runs a shell line in an instance as the session's user, in the workspace.</summary>
    public static Task<CommandOutcome> ShellAsync(string instance, string line) =>
        ExecAsync(instance, "su", "code", "-s", "/bin/bash", "-c", $"cd /workspace && {{ {line}\n}}");

    /// <summary>Has an instance power itself off. In a session's first moments systemd does not listen yet.</summary>
    public static Task PoweroffAsync(string instance) =>
        ExecAsync(instance, "timeout", "30", "sh", "-c", "until [ -S /run/systemd/private ]; do sleep 0.05; done; poweroff");

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private async Task<JsonNode?> FindAsync(string path)
    {
        try
        {
            return await GetAsync(path);
        }
        catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private async Task<JsonNode?> GetAsync(string path) => JsonNode.Parse(await _http.GetStringAsync(path))?["metadata"];
}
