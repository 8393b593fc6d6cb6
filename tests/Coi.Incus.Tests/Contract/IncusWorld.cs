using System.Formats.Tar;
using System.Text;

namespace Coi.Incus.Tests.Contract;

/// <summary>An Incus to test against, a client of it, and names that belong to one test class only.</summary>
public abstract class IncusWorld : IAsyncLifetime
{
    private readonly string _prefix = $"{Environment.GetEnvironmentVariable("COI_TEST_PREFIX") ?? "coit"}-{Guid.NewGuid().ToString("N")[..4]}";
    private readonly Lazy<Task<string>> _running;
    private int _names;

    protected IncusWorld() => _running = new(() => CreateAsync(start: true));

    public IncusClient Client { get; protected set; } = null!;

    /// <summary>How <see cref="Client"/> reaches Incus.</summary>
    public IncusClientOptions Options { get; protected set; } = new();

    /// <summary>Alias of an image whose instances boot.</summary>
    public string Image { get; protected set; } = "";

    public abstract Task InitializeAsync();

    public virtual async Task DisposeAsync()
    {
        if (Client is null) return;
        await CleanUpAsync();
        Client.Dispose();
    }

    /// <summary>A new name of at most 15 characters.</summary>
    public string NewName() => $"{_prefix}-{Interlocked.Increment(ref _names)}";

    /// <summary>Waits until the inside of an instance can take orders such as <c>poweroff</c>.</summary>
    public abstract Task WaitForBootAsync(string instance);

    public NewInstance Describe(string name) => new()
    {
        Name = name,
        Source = InstanceSource.FromAlias(Image),
        Profiles = ["default"],
        Config = new Dictionary<string, string> { ["boot.autostart"] = "false" },
    };

    public async Task<string> CreateAsync(bool start = false, bool ephemeral = false)
    {
        var name = NewName();
        await Client.Instances.CreateAsync(Describe(name) with { Start = start, Ephemeral = ephemeral });
        return name;
    }

    /// <summary>One running instance that all tests of a class may share.</summary>
    public Task<string> RunningAsync() => _running.Value;

    /// <summary>A tarball in memory.</summary>
    public static MemoryStream Tar(params (string Path, string Text)[] files)
    {
        var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (path, text) in files)
            {
                writer.WriteEntry(text == "/"
                    ? new UstarTarEntry(TarEntryType.Directory, path) { Mode = (UnixFileMode)0x1ED }
                    : new UstarTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
            }
        }

        stream.Position = 0;
        return stream;
    }

    /// <summary>The metadata tarball of an image that nobody else has.</summary>
    public MemoryStream Metadata() => Tar(("metadata.yaml",
        $"architecture: {System.Runtime.InteropServices.RuntimeInformation.OSArchitecture switch { System.Runtime.InteropServices.Architecture.Arm64 => "aarch64", _ => "x86_64" }}\n"
        + $"creation_date: 1700000000\nproperties:\n  description: {NewName()} {Guid.NewGuid()}\n"));

    private async Task CleanUpAsync()
    {
        foreach (var instance in await Client.Instances.ListAsync())
        {
            if (!IsOurs(instance.Name)) continue;
            if (!instance.IsStopped) await IgnoreAsync(() => Client.Instances.StopAsync(instance.Name, TimeSpan.Zero, force: true));
            await IgnoreAsync(() => Client.Instances.DeleteAsync(instance.Name));
        }

        foreach (var network in await Client.Networks.ListAsync())
            if (IsOurs(network.Name)) await IgnoreAsync(() => Client.Networks.DeleteAsync(network.Name));
        foreach (var acl in await Client.NetworkAcls.ListAsync())
            if (IsOurs(acl.Name)) await IgnoreAsync(() => Client.NetworkAcls.DeleteAsync(acl.Name));
        foreach (var image in await Client.Images.ListAsync())
        {
            if (image.Aliases.Any(alias => IsOurs(alias.Name)) || IsOurs(image.Properties.GetValueOrDefault("description", "")))
                await IgnoreAsync(() => Client.Images.DeleteAsync(image.Fingerprint));
        }
    }

    private bool IsOurs(string name) => name.StartsWith(_prefix, StringComparison.Ordinal);

    private static async Task IgnoreAsync(Func<Task> cleaning)
    {
        try
        {
            await cleaning();
        }
        catch (IncusException)
        {
            // An ephemeral instance is gone once it is stopped, and the like.
        }
    }
}
