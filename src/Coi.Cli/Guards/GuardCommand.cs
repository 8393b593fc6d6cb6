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
        try
        {
            var orders = JsonSerializer.Deserialize(File.ReadAllBytes(file), ContractsJson.Default.GuardOrders) ?? throw new JsonException("it is empty");
            var config = invocation.Surroundings.Variable("LXC_CONFIG_FILE") ?? throw new IOException("LXC_CONFIG_FILE is not set: this is for Incus to call");
            var lines = await File.ReadAllLinesAsync(config);
            using var owners = orders.Owner is { } owner
                ? await OwnerNamespace.OpenAsync(HookConfiguration.OwnerMap(lines, 'u', owner.Uid), HookConfiguration.OwnerMap(lines, 'g', owner.Gid))
                : null;
            GuardMounts.Put(HookConfiguration.WorkspaceSource(lines), orders.Paths, owners);
            return ExitCodes.Success;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or Win32Exception)
        {
            Complain(Path.ChangeExtension(file, ".error"), e.Message);
            throw new IOException(e.Message, e);
        }
    }

    private static void Complain(string file, string message)
    {
        if (Directory.Exists(Path.GetDirectoryName(file))) File.WriteAllText(file, message);
    }
}
