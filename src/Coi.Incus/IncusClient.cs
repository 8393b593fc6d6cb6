namespace Coi.Incus;

/// <summary>A client of one Incus over its Unix socket; thread-safe, and meant to be kept.</summary>
public sealed class IncusClient : IDisposable
{
    private readonly IncusTransport _transport;

    /// <summary>Makes a client; nothing is connected before the first call.</summary>
    public IncusClient(IncusClientOptions? options = null)
    {
        _transport = new IncusTransport(options ?? new IncusClientOptions());
        Operations = new OperationsApi(_transport);
        Events = new EventsApi(_transport);
        var runner = new OperationRunner(_transport, Operations, Events);
        Instances = new InstancesApi(_transport, runner);
        Exec = new ExecApi(_transport, Operations);
        Files = new FilesApi(_transport);
        Images = new ImagesApi(_transport, runner);
        Networks = new NetworksApi(_transport, runner);
        NetworkAcls = new NetworkAclsApi(_transport, runner);
        StoragePools = new StoragePoolsApi(_transport);
        Profiles = new ProfilesApi(_transport);
    }

    /// <summary>The socket in use.</summary>
    public string SocketPath => _transport.SocketPath;

    /// <summary>The project that all calls concern.</summary>
    public string Project => _transport.Options.Project;

    /// <summary>Instances.</summary>
    public InstancesApi Instances { get; }

    /// <summary>Commands inside instances.</summary>
    public ExecApi Exec { get; }

    /// <summary>Files inside instances.</summary>
    public FilesApi Files { get; }

    /// <summary>Images and aliases.</summary>
    public ImagesApi Images { get; }

    /// <summary>Networks.</summary>
    public NetworksApi Networks { get; }

    /// <summary>Network ACLs.</summary>
    public NetworkAclsApi NetworkAcls { get; }

    /// <summary>Background operations.</summary>
    public OperationsApi Operations { get; }

    /// <summary>The event socket.</summary>
    public EventsApi Events { get; }

    /// <summary>Storage pools.</summary>
    public StoragePoolsApi StoragePools { get; }

    /// <summary>Profiles.</summary>
    public ProfilesApi Profiles { get; }

    /// <summary>What Incus says about itself.</summary>
    public Task<ServerInfo> GetServerAsync(CancellationToken cancellationToken = default) =>
        _transport.GetAsync("read the server's description", "/1.0", IncusJson.Default.ServerInfo, cancellationToken);

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _transport.Dispose();
}
