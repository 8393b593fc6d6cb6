using CliWrap;
using CliWrap.Buffered;

namespace Coi.Daemon.Tests.Images;

/// <summary>
/// Another host, as far as packets can tell, with a name server that knows one name: dnsmasq in a network namespace of this machine. It takes
/// connections on port 53 too. Needs root.
/// </summary>
internal sealed class TestNameServer : IAsyncDisposable
{
    /// <summary>Its address, of TEST-NET-1 (RFC 5737).</summary>
    public const string Address = "192.0.2.53";

    private const string Gateway = "192.0.2.52";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly CancellationTokenSource _stopping = new();
    private readonly string _name = $"coi-dns-{Guid.NewGuid():N}"[..12];
    private Task _serving = Task.CompletedTask;

    private TestNameServer()
    {
    }

    /// <summary>Starts it; <paramref name="name"/> is at its own address.</summary>
    public static async Task<TestNameServer> StartAsync(string name)
    {
        var server = new TestNameServer();
        try
        {
            await server.BeginAsync(name);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // The line ends with the namespace that one of its ends is in.
        await Cli.Wrap("ip").WithArguments(["netns", "delete", _name]).WithValidation(CommandResultValidation.None).ExecuteAsync();
        _stopping.Dispose();
    }

    private async Task BeginAsync(string name)
    {
        await IpAsync("netns", "add", _name);
        await IpAsync("link", "add", $"{_name}-o", "type", "veth", "peer", "name", "eth0", "netns", _name);
        await IpAsync("address", "add", Gateway, "peer", Address, "dev", $"{_name}-o");
        await IpAsync("link", "set", $"{_name}-o", "up");
        await IpAsync("-n", _name, "address", "add", Address, "peer", Gateway, "dev", "eth0");
        await IpAsync("-n", _name, "link", "set", "eth0", "up");
        await IpAsync("-n", _name, "route", "add", "default", "via", Gateway);
        _serving = Cli.Wrap("ip")
            .WithArguments(["netns", "exec", _name, "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--pid-file=", $"--host-record={name},{Address}"])
            .ExecuteAsync(_stopping.Token);
        var asked = DateTime.UtcNow;
        while ((await Cli.Wrap("ip").WithArguments(["netns", "exec", _name, "ss", "-Hlnu", "sport", "=", ":53"]).ExecuteBufferedAsync()).StandardOutput.Length == 0)
        {
            if (_serving.IsCompleted) await _serving;
            if (DateTime.UtcNow - asked > Patience) throw new TimeoutException("dnsmasq did not begin to listen");
            await Task.Delay(20);
        }
    }

    private static async Task IpAsync(params string[] arguments) => await Cli.Wrap("ip").WithArguments(arguments).ExecuteBufferedAsync();
}
