using System.Text.Json;
using Coi.Cli.Daemons;
using Coi.Contracts;
using Coi.Incus;

namespace Coi.Cli.Instances;

/// <summary>Incus without a detour: the daemon only says where it is and which project is coi's.</summary>
internal static class DirectIncus
{
    /// <summary>A client.</summary>
    public static async Task<IncusClient> OpenAsync(Surroundings surroundings, CancellationToken cancellationToken = default)
    {
        if (Written(surroundings) is { } written) return Open(written);
        using var daemon = Daemon.Of(surroundings);
        var place = await daemon.GetAsync("v1/incus", "asking where Incus is", ContractsJson.Default.IncusPlace, cancellationToken);
        return Open(place);
    }

    /// <summary>What the daemon that runs has written down; a connection tells that it runs, and costs a tenth of a question. Null when it has to be asked.</summary>
    public static IncusPlace? Written(Surroundings surroundings)
    {
        var socket = DaemonPaths.Socket(surroundings.Variable);
        using var connector = new DaemonConnector(socket);
        if (!connector.TryConnect()) return null;
        try
        {
            // Two words are read as they are: a serialiser takes longer to get ready than Incus to answer.
            using var place = JsonDocument.Parse(File.ReadAllBytes(DaemonPaths.IncusPlace(socket)));
            return new IncusPlace(Word("socket"), Word("project"));
            string Word(string key) => place.RootElement.GetProperty(key).GetString() ?? throw new JsonException($"no {key}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null; // an older daemon, which has written nothing
        }
    }

    /// <summary>A client for a place that the daemon named.</summary>
    public static IncusClient Open(IncusPlace place) => new(new IncusClientOptions { SocketPath = place.Socket, Project = place.Project });

    /// <summary>The failure for a name that no container has.</summary>
    public static ProblemException Missing(string name) =>
        new(new Problem("container.missing", $"container '{name}' not found", "'coi container list --all' shows what Incus has"));

    /// <summary>The failure for a container that would have to run.</summary>
    public static ProblemException NotRunning(string name) =>
        new(new Problem("container.not_running", $"container '{name}' is not running", $"coi container start {name}"));
}
