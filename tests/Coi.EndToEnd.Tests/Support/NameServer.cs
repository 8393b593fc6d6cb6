using System.Net.Sockets;
using CliWrap;

namespace Coi.EndToEnd.Tests.Support;

/// <summary>A name server on an address of this machine whose answers the test changes.</summary>
internal sealed class NameServer : IAsyncDisposable
{
    private const string Address = "127.0.77.53";
    private readonly CancellationTokenSource _stop = new();
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("coi-dns-");
    private readonly Task _running;
    private readonly int _pid;

    private NameServer(IReadOnlyDictionary<string, string> addresses)
    {
        File.SetUnixFileMode(_directory.FullName, (UnixFileMode)0b111_101_101);
        File.WriteAllText(ResolverFile, $"nameserver {Address}\n");
        Answer(addresses);
        // TTL 0: nothing but coi's own floor holds an answer.
        var server = Cli.Wrap("dnsmasq")
            .WithArguments(
            [
                "--keep-in-foreground", "--conf-file=/dev/null", "--pid-file=", "--no-resolv", "--no-hosts", "--user=nobody", "--bind-interfaces",
                $"--listen-address={Address}", $"--addn-hosts={HostsFile}", "--local-ttl=0",
            ])
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(_stop.Token);
        (_running, _pid) = (server.Task, server.ProcessId);
    }

    /// <summary>What coi is to read in the place of <c>/etc/resolv.conf</c>.</summary>
    public string ResolverFile => Path.Combine(_directory.FullName, "resolv.conf");

    private string HostsFile => Path.Combine(_directory.FullName, "hosts");

    /// <summary>Starts one that answers so.</summary>
    public static async Task<NameServer> StartAsync(IReadOnlyDictionary<string, string> addresses)
    {
        Machine.RequireRoot("a name server");
        var server = new NameServer(addresses);
        await Eventually.IsTrueAsync("waiting for the name server", TimeSpan.FromSeconds(30), server.ListensAsync);
        return server;
    }

    /// <summary>From now on it answers so.</summary>
    public async Task AnswerAsync(IReadOnlyDictionary<string, string> addresses)
    {
        Answer(addresses);
        await Shell.OutputAsync("kill", "-HUP", _pid.ToString());
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _running;
        }
        catch (OperationCanceledException)
        {
            // Ended on purpose.
        }

        _stop.Dispose();
        _directory.Delete(recursive: true);
    }

    private async Task<bool> ListensAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(Address, 53);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Answer(IReadOnlyDictionary<string, string> addresses)
    {
        File.WriteAllText(HostsFile, string.Concat(addresses.Select(a => $"{a.Value} {a.Key}\n")));
        File.SetUnixFileMode(HostsFile, (UnixFileMode)0b110_100_100);
    }
}
