using System.Net.Http.Json;

namespace Coi.Incus;

/// <summary>Instances: make, change, start, stop, delete.</summary>
public sealed partial class InstancesApi
{
    private static readonly TimeSpan Fetching = TimeSpan.FromMinutes(30);

    private readonly IncusTransport _transport;
    private readonly OperationRunner _runner;

    internal InstancesApi(IncusTransport transport, OperationRunner runner) => (_transport, _runner) = (transport, runner);

    /// <summary>All instances, in one call, without their states.</summary>
    public async Task<IReadOnlyList<Instance>> ListAsync(CancellationToken cancellationToken = default) =>
        await _transport.ListAsync(
            "list instances", "/1.0/instances?recursion=1", IncusJson.Default.ListedInstance, cancellationToken);

    /// <summary>All instances with their states, in one call (dearer: Incus looks into each running one).</summary>
    public async Task<IReadOnlyList<InstanceFull>> ListFullAsync(CancellationToken cancellationToken = default) =>
        await _transport.ListAsync(
            "list instances with their states", "/1.0/instances?recursion=2", IncusJson.Default.ListedInstanceFull, cancellationToken);

    /// <summary>One instance; null only when Incus says that there is none of that name.</summary>
    public Task<Instance?> FindAsync(string name, CancellationToken cancellationToken = default) =>
        _transport.FindAsync($"read instance {name}", Path(name), IncusJson.Default.Instance, cancellationToken);

    /// <summary>Whether there is an instance of that name; what it is like is not read.</summary>
    public async Task<bool> ExistsAsync(string name, CancellationToken cancellationToken = default)
    {
        var action = $"look for instance {name}";
        using var deadline = _transport.Deadline(action, null, cancellationToken);
        using var request = _transport.Request(HttpMethod.Get, Path(name));
        try
        {
            using var found = await _transport.SendRawAsync(action, request, deadline);
            return true;
        }
        catch (IncusException error) when (error.IsNotFound)
        {
            return false;
        }
    }

    /// <summary>One instance with its ETag, for <see cref="ReplaceAsync"/>.</summary>
    public async Task<TaggedInstance> GetTaggedAsync(string name, CancellationToken cancellationToken = default)
    {
        var action = $"read instance {name}";
        var envelope = await _transport.SendAsync(action, HttpMethod.Get, Path(name), cancellationToken);
        return new TaggedInstance(
            IncusTransport.Unwrap(action, envelope.Metadata, IncusJson.Default.Instance), envelope.ETag);
    }

    /// <summary>What an instance is doing. While it is stopping this can fail; a failure never means that it is stopped or gone.</summary>
    public Task<InstanceState> GetStateAsync(string name, CancellationToken cancellationToken = default) =>
        _transport.GetAsync(
            $"read the state of instance {name}", $"{Path(name)}/state", IncusJson.Default.InstanceState, cancellationToken);

    /// <summary>Makes an instance and awaits that it is there; cancelling cancels the making where Incus allows it.</summary>
    public async Task CreateAsync(
        NewInstance instance, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var action = $"create instance {instance.Name}";
        try
        {
            await _runner.RunAsync(
                action, HttpMethod.Post, "/1.0/instances",
                JsonContent.Create(instance, IncusJson.Default.NewInstance), cancellationToken, progress,
                instance.Timeout ?? (instance.Source.Server is null ? null : Fetching));
        }
        catch (IncusException error) when (
            instance.Source is { Type: "image", Server: null } source
            && (error.ErrorText?.StartsWith("Image not provided", StringComparison.Ordinal) ?? false))
        {
            // Incus 6.0.4 answers so, with status 500, when there is no such image: say which, and that it is missing.
            throw new IncusException(action, 404, $"there is no image {source.Alias ?? source.Fingerprint} ({error.ErrorText})", error);
        }
    }

    /// <summary>Sets some keys and devices and leaves the others.</summary>
    public Task PatchAsync(string name, InstancePatch patch, CancellationToken cancellationToken = default) =>
        _runner.RunEitherAsync(
            $"change instance {name}", HttpMethod.Patch, Path(name),
            JsonContent.Create(patch, IncusJson.Default.InstancePatch), cancellationToken);

    /// <summary>Replaces configuration and devices as a whole; with an ETag only if nobody else changed them meanwhile.</summary>
    public Task ReplaceAsync(string name, InstancePut put, string? etag = null, CancellationToken cancellationToken = default) =>
        _runner.RunEitherAsync(
            $"change instance {name}", HttpMethod.Put, Path(name),
            JsonContent.Create(put, IncusJson.Default.InstancePut), cancellationToken, etag);

    /// <summary>Renames a stopped instance.</summary>
    public Task RenameAsync(string name, string newName, CancellationToken cancellationToken = default) =>
        _runner.RunAsync(
            $"rename instance {name} to {newName}", HttpMethod.Post, Path(name),
            JsonContent.Create(new NameBody { Name = newName }, IncusJson.Default.NameBody), cancellationToken);

    /// <summary>Deletes a stopped instance.</summary>
    public Task DeleteAsync(string name, CancellationToken cancellationToken = default) =>
        _runner.RunAsync($"delete instance {name}", HttpMethod.Delete, Path(name), null, cancellationToken);

    internal static string Path(string name) => $"/1.0/instances/{Uri.EscapeDataString(name)}";
}
