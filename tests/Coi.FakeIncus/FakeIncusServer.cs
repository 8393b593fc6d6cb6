using System.Collections.Concurrent;

namespace Coi.FakeIncus;

/// <summary>
/// An Incus server in memory: the same REST API and websockets on a Unix socket, with faults on demand. Its state
/// belongs to this object and survives <see cref="KillAsync"/> and <see cref="RestartAsync"/>, as Incus' database does.
/// </summary>
public sealed class FakeIncusServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<FakeRequest> _requests = new();
    private FakeHost? _host;

    private FakeIncusServer(string socketPath, TimeProvider time)
    {
        SocketPath = socketPath;
        State = new FakeState(time);
    }

    /// <summary>The socket that it listens on.</summary>
    public string SocketPath { get; }

    /// <summary>What goes wrong, and when.</summary>
    public FakeFaults Faults { get; } = new();

    /// <summary>All requests so far, in order of arrival.</summary>
    public IReadOnlyList<FakeRequest> RequestLog => [.. _requests];

    /// <summary>The instances as they are now.</summary>
    public IReadOnlyDictionary<string, FakeInstance> Instances => State.Snapshot(state => state.Instances);

    /// <summary>The networks as they are now.</summary>
    public IReadOnlyDictionary<string, FakeNetwork> Networks => State.Snapshot(state => state.Networks);

    /// <summary>The network ACLs as they are now.</summary>
    public IReadOnlyDictionary<string, FakeNetworkAcl> NetworkAcls => State.Snapshot(state => state.Acls);

    /// <summary>Aliases and the fingerprints that they point to.</summary>
    public IReadOnlyDictionary<string, string> ImageAliases => State.Snapshot(state => state.Aliases)
        .ToDictionary(pair => pair.Key, pair => pair.Value.Target);

    internal FakeState State { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="socketPath">Where it listens; the directory is made when absent.</param>
    /// <param name="time">Its clock.</param>
    public static async Task<FakeIncusServer> StartAsync(string socketPath, TimeProvider? time = null)
    {
        var server = new FakeIncusServer(socketPath, time ?? TimeProvider.System);
        await server.RestartAsync();
        return server;
    }

    /// <summary>Starts a server that has an image, and where every command succeeds and says nothing.</summary>
    /// <param name="socketPath">Where it listens.</param>
    /// <param name="image">The image's alias.</param>
    public static async Task<FakeIncusServer> StartWithImageAsync(string socketPath, string image)
    {
        var server = await StartAsync(socketPath);
        server.AddImage(image);
        server.OnExec((_, _, _) => FakeExecResult.Of(0));
        return server;
    }

    /// <summary>Adds an image with an alias and returns its fingerprint.</summary>
    public string AddImage(string alias, IReadOnlyDictionary<string, string>? properties = null) =>
        State.AddImage(alias, properties);

    /// <summary>Has the operations end that were ordered never to (<see cref="FakeFaults.HangOperation"/>), as a restart would.</summary>
    public void EndHungOperations() => State.Operations.EndHung();

    /// <summary>Operations that can still be read: those under way, and those that ended within five seconds, sockets and all.</summary>
    public int KnownOperations => State.Operations.All.Count;

    /// <summary>Forgets what was asked so far; only for those who ask for long.</summary>
    public void ForgetRequests() => _requests.Clear();

    /// <summary>Adds or replaces a profile.</summary>
    public void AddProfile(string name, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> devices) =>
        State.AddProfile(name, devices);

    /// <summary>Answers commands: a result, or null to leave the command to the built-in guest (<see cref="FakeGuest"/>).</summary>
    public void OnExec(Func<string, IReadOnlyList<string>, IReadOnlyDictionary<string, string>, FakeExecResult?> handler) =>
        OnExec(async exec =>
        {
            if (handler(exec.Instance, exec.Command, exec.Environment) is not { } result) return null;
            await exec.Stdout.WriteAsync(result.Stdout);
            await exec.Stderr.WriteAsync(result.Stderr);
            return result.ExitCode;
        });

    /// <summary>Answers commands with access to their streams and signals: an exit code, or null to leave the command to the built-in guest.</summary>
    public void OnExec(Func<FakeExec, Task<int?>> handler) => State.ExecHandler = handler;

    /// <summary>Stops an instance as <c>poweroff</c> inside it would: nobody asked over the API.</summary>
    public Task StopInstanceFromInsideAsync(string name) => State.PowerOffAsync(name);

    /// <summary>Makes the inside of an instance ignore a request to shut down, so that only force stops it.</summary>
    public void IgnoreShutdown(string name, bool ignore = true) => State.With(state =>
        (state.Instances.GetValueOrDefault(name) ?? throw new ArgumentException($"There is no instance {name}")).IgnoresShutdown = ignore);

    /// <summary>Closes all open event and exec sockets whose path (with query) matches, in the middle of things.</summary>
    public void DropWebSockets(string pathRegex = ".*") => _host?.DropWebSockets(pathRegex);

    /// <summary>How many event sockets are open.</summary>
    public int EventListeners => State.Events.Count;

    /// <summary>Dies as by <c>kill -9</c>: connections break, operations are forgotten, the socket file stays and refuses.</summary>
    public Task KillAsync() => StopHostAsync();

    /// <summary>Stops in good order: the socket file goes away.</summary>
    public async Task StopAsync()
    {
        await StopHostAsync();
        File.Delete(SocketPath);
    }

    /// <summary>Listens (again) on the same socket, with the state as it was.</summary>
    public async Task RestartAsync()
    {
        await StopHostAsync();
        if (Path.GetDirectoryName(SocketPath) is { Length: > 0 } directory) Directory.CreateDirectory(directory);
        File.Delete(SocketPath);
        // Bound under another name and then moved: Kestrel would remove its own file when it stops, which a killed
        // server does not do.
        var bound = $"{SocketPath}.new";
        _host = await FakeHost.StartAsync(bound, State, Faults, _requests.Enqueue);
        File.Move(bound, SocketPath, overwrite: true);
    }

    /// <summary>Stops and removes the socket.</summary>
    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task StopHostAsync()
    {
        if (Interlocked.Exchange(ref _host, null) is not { } host) return;
        await host.DisposeAsync();
        State.Operations.Forget();
    }
}
