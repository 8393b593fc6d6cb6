using System.Net.Http.Json;
using System.Text;

namespace Coi.Incus;

public sealed partial class InstancesApi
{
    // Incus needs some time of its own after the guest's: unmounting, hooks, network.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>Starts an instance and awaits that it runs.</summary>
    public Task StartAsync(string name, CancellationToken cancellationToken = default) =>
        SetStateAsync($"start instance {name}", name, new InstanceStatePut { Action = "start", Timeout = -1 }, null, cancellationToken);

    /// <summary>
    /// Stops an instance and awaits that it is stopped. In the first moments after a start its inside does not yet heed
    /// a request to shut down (seen with systemd): that then fails after <paramref name="timeout"/>.
    /// </summary>
    /// <param name="name">The instance.</param>
    /// <param name="timeout">How long its inside may take to shut down.</param>
    /// <param name="force">Stop it at once, without asking its inside.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task StopAsync(string name, TimeSpan timeout, bool force = false, CancellationToken cancellationToken = default) =>
        SetStateAsync(
            $"stop instance {name}", name,
            new InstanceStatePut { Action = "stop", Timeout = Seconds(timeout), Force = force }, timeout + Grace, cancellationToken);

    /// <summary>Stops and starts an instance and awaits that it runs.</summary>
    /// <param name="name">The instance.</param>
    /// <param name="timeout">How long its inside may take to shut down.</param>
    /// <param name="force">Stop it at once, without asking its inside.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task RestartAsync(string name, TimeSpan timeout, bool force = false, CancellationToken cancellationToken = default) =>
        SetStateAsync(
            $"restart instance {name}", name,
            new InstanceStatePut { Action = "restart", Timeout = Seconds(timeout), Force = force },
            timeout + Grace + Grace, cancellationToken);

    /// <summary>Freezes all processes of an instance.</summary>
    public Task FreezeAsync(string name, CancellationToken cancellationToken = default) =>
        SetStateAsync($"freeze instance {name}", name, new InstanceStatePut { Action = "freeze", Timeout = -1 }, null, cancellationToken);

    /// <summary>Lets the processes of a frozen instance go on.</summary>
    public Task UnfreezeAsync(string name, CancellationToken cancellationToken = default) =>
        SetStateAsync($"unfreeze instance {name}", name, new InstanceStatePut { Action = "unfreeze", Timeout = -1 }, null, cancellationToken);

    /// <summary>Reads a log that Incus keeps about an instance, such as <c>lxc.log</c> of its last start.</summary>
    /// <exception cref="IncusException">There is none of this name.</exception>
    public async Task<string> ReadLogAsync(string name, string log, CancellationToken cancellationToken = default)
    {
        var action = $"read {log} of instance {name}";
        using var deadline = _transport.Deadline(action, _transport.Options.CallTimeout, cancellationToken);
        using var request = _transport.Request(HttpMethod.Get, $"{Path(name)}/logs/{Uri.EscapeDataString(log)}");
        using var response = await _transport.SendRawAsync(action, request, deadline);
        using var text = new MemoryStream();
        await _transport.CopyAsync(response, text, deadline);
        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    private Task<Operation> SetStateAsync(
        string action, string name, InstanceStatePut put, TimeSpan? timeout, CancellationToken cancellationToken) =>
        _runner.RunAsync(
            action, HttpMethod.Put, $"{Path(name)}/state",
            JsonContent.Create(put, IncusJson.Default.InstanceStatePut), cancellationToken, timeout: timeout);

    private static int Seconds(TimeSpan timeout) => timeout < TimeSpan.Zero ? -1 : (int)Math.Ceiling(timeout.TotalSeconds);
}
