using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Contracts;

namespace Coi.Cli.Instances;

/// <summary><c>coi container mount</c>.</summary>
internal sealed class ContainerMountCommand : CoiCommand
{
    private readonly Argument<string> _name = new("name");
    private readonly Argument<string> _device = new("device");
    private readonly Argument<string> _source = new("source");
    private readonly Argument<string> _path = new("path");
    private readonly Option<bool> _shift = new("--shift") { Description = "Map owners, so that files keep theirs on both sides (default true)", DefaultValueFactory = _ => true };
    private readonly Option<bool> _readOnly = new("--readonly") { Description = "It can only be read inside" };

    /// <summary>Makes the command.</summary>
    public ContainerMountCommand() : base("mount", "Mount a file or directory of the host into a container")
    {
        foreach (var argument in new[] { _name, _device, _source, _path }) Arguments.Add(argument);
        Options.Add(_shift);
        Options.Add(_readOnly);
    }

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("container mount my-container workspace ~/project /workspace", "a directory, as the device 'workspace'"),
        new("container mount my-container data /srv/data /data --readonly", "only to be read"),
    ];

    /// <inheritdoc />
    public override Completes Completes => Completes.Instances;

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var surroundings = invocation.Surroundings;
        var (name, path) = (invocation.Value(_name) ?? "", invocation.Value(_path) ?? "");
        if (!path.StartsWith('/')) throw new UsageException($"the path in the container '{path}' is not absolute", "such as /workspace");
        var request = new MountContainerRequest
        {
            Device = invocation.Value(_device) ?? "",
            Source = Path.TrimEndingDirectorySeparator(Path.GetFullPath(invocation.Value(_source) ?? "", surroundings.WorkingDirectory)),
            Path = path,
            Shift = invocation.Value(_shift),
            ReadOnly = invocation.Value(_readOnly),
        };
        using var daemon = Daemon.Of(surroundings);
        using (var view = new ProgressView(surroundings, onlyLive: true))
        {
            await daemon.StreamAsync(
                HttpMethod.Post, $"v1/containers/{Uri.EscapeDataString(name)}/mount", Daemon.Body(request, ContractsJson.Default.MountContainerRequest), $"mounting into {name}",
                ContractsJson.Default.ChangedContainer, view, CancellationToken.None);
        }

        new Talk(surroundings).Say($"Mounted {request.Source} at {path} in {name}");
        return ExitCodes.Success;
    }
}
