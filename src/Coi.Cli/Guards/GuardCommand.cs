using System.CommandLine;
using System.ComponentModel;
using System.Text.Json;
using Coi.Cli.CommandLine;
using Coi.Contracts;

namespace Coi.Cli.Guards;

/// <summary>
/// <c>coi guard</c>: called by Incus as root before a container's namespaces exist, to mount protected paths of the workspace over
/// themselves. Whatever goes wrong keeps the container from starting, and is said beside the orders, where the daemon finds it.
/// </summary>
internal sealed class GuardCommand : CoiCommand
{
    private const string NotOrdered =
        "the workspace's protected paths are guarded only when coi starts the container, so it is not started otherwise: `coi shell` in its workspace starts it (`coi list` shows both)";

    private readonly Argument<string[]> _words = new("orders") { Arity = ArgumentArity.OneOrMore };

    /// <summary>Makes the command.</summary>
    public GuardCommand() : base("guard", "Guards protected paths; called by Incus")
    {
        Hidden = true;
        Arguments.Add(_words);
    }

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var file = (invocation.Value(_words) ?? [])[0];
        IReadOnlyList<string> lines = [];
        try
        {
            var config = invocation.Surroundings.Variable("LXC_CONFIG_FILE") ?? throw new IOException("LXC_CONFIG_FILE is not set: this is for Incus to call");
            lines = await File.ReadAllLinesAsync(config);
            if (!File.Exists(file)) throw new IOException(NotOrdered);
            var orders = JsonSerializer.Deserialize(File.ReadAllBytes(file), ContractsJson.Default.GuardOrders) ?? throw new JsonException("it is empty");
            using var owners = orders.Owner is { } owner
                ? await OwnerNamespace.OpenAsync(HookConfiguration.OwnerMap(lines, 'u', owner.Uid), HookConfiguration.OwnerMap(lines, 'g', owner.Gid))
                : null;
            var workspace = HookConfiguration.WorkspaceSource(lines);
            if (owners is not null)
            {
                GuardMounts.MapOwners(workspace, "the workspace", owners);
                foreach (var place in orders.Mounts ?? []) GuardMounts.MapOwners(HookConfiguration.Source(lines, place), place, owners);
            }

            GuardMounts.Put(workspace, orders.Paths);
            return ExitCodes.Success;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or Win32Exception)
        {
            Complain(file, lines, e.Message);
            throw new IOException(e.Message, e);
        }
    }

    // Where the daemon finds it, and where `incus info --show-log` does, which is what Incus sends people to.
    private static void Complain(string orders, IReadOnlyList<string> lines, string message)
    {
        if (Directory.Exists(Path.GetDirectoryName(orders))) File.WriteAllText(Path.ChangeExtension(orders, ".error"), message);
        if (HookConfiguration.LogFile(lines) is { } log && File.Exists(log)) File.AppendAllText(log, $"coi: {message}\n");
    }
}
