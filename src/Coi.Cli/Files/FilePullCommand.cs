using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Contracts;
using Coi.Incus;

namespace Coi.Cli.Files;

/// <summary><c>coi file pull</c>.</summary>
internal sealed class FilePullCommand : FileCommand
{
    private const int BrokenPipe = 13;

    private readonly Argument<string> _source = new("source") { HelpName = "container:path" };
    private readonly Argument<string> _local = new("local");

    /// <summary>Makes the command.</summary>
    public FilePullCommand() : base("pull", "Copy a file or directory out of a container")
    {
        Arguments.Add(_source);
        Arguments.Add(_local);
    }

    /// <inheritdoc />
    public override string Details =>
        "The container may run or be stopped. LOCAL is the copy's own path; one that ends with / is a directory to put it into (made when it is a directory\n" +
        "that is pulled), and so is one that is a directory when a file is pulled. A directory that is pulled onto another is merged into it: what has the\n" +
        "same name is replaced, the rest stays. Everything is copied beside its place first and appears when it is complete: a copy that fails changes\n" +
        "nothing. Links are copied as links and never written through. LOCAL may be - for standard output. The copy is yours; permissions and times are\n" +
        "those inside.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("file pull my-container:/var/log/syslog .", "into this directory, under its own name"),
        new("file pull -r my-container:/srv/www ./site", "./site is then what /srv/www is"),
        new("file pull -r my-container:/root/.claude ./saved/monday/", "./saved/monday/.claude, its directories made"),
        new("file pull my-container:/etc/os-release - | head", "to standard output"),
    ];

    /// <inheritdoc />
    public override Completes Completes => Completes.ContainerThenFile;

    /// <inheritdoc />
    protected override async Task<int> CopyAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var surroundings = invocation.Surroundings;
        var source = ContainerPath.Parse(invocation.Value(_source) ?? "");
        var local = LocalPlace.Of(invocation.Value(_local) ?? "", surroundings);
        await using var files = await ContainerFiles.OpenAsync(surroundings, source, cancellationToken);
        var found = await files.Session.FindAsync(source.Remote, follow: true, cancellationToken) ?? throw Missing(source);
        var isDirectory = found.Kind == SftpKind.Directory;
        if (isDirectory) RequireRecursive(invocation, source.ToString());
        else if (found.Kind != SftpKind.File || source.IsDirectory) throw NoFile(source, found.Kind);
        if (local.Text == LocalPlace.Stream)
        {
            if (isDirectory) throw new UsageException("a directory cannot go to standard output", $"coi container exec {source.Container} -- tar -c {source.Path}");
            return await ToStandardOutputAsync(files.Session, source, surroundings, cancellationToken);
        }

        using var transfer = new Transfer(surroundings, $"Pulling {(isDirectory ? "directory" : "file")}") { Total = isDirectory ? 0 : found.Size ?? 0 };
        using var lanes = new Lanes(cancellationToken);
        var pull = new TreePull(files.Session, transfer, lanes);
        using var place = PullPlace.Find(local, source, isDirectory);
        try
        {
            await lanes.RunAsync(async () =>
            {
                if (!isDirectory)
                {
                    await pull.FileAsync(source.Remote, place.Directory, place.Temporary);
                    return;
                }

                using var tree = place.Directory.CreateDirectory(place.Temporary);
                await pull.FillAsync(source.Remote, tree, place.Merges ? null : found);
            });
            place.Finish();
        }
        finally
        {
            transfer.Dispose();
            place.Clean();
        }

        return Report(surroundings, $"Pulled {(isDirectory ? "directory" : "file")} {Transfer.Printable(source.ToString())} to {Transfer.Printable(place.Display)} ({transfer.Sum})", transfer);
    }

    private static async Task<int> ToStandardOutputAsync(SftpSession session, ContainerPath source, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var file = await session.OpenAsync(source.Remote, cancellationToken);
        var attributes = await file.StatAsync(cancellationToken);
        if (attributes.Kind != SftpKind.File) throw NoFile(source, attributes.Kind);
        using var transfer = new Transfer(surroundings, "Pulling file") { Total = attributes.Size ?? 0 };
        await using var output = new DescriptorOutput(1);
        try
        {
            await FileContents.PullAsync(file, attributes.Size ?? 0, output, transfer, cancellationToken);
            return ExitCodes.Success;
        }
        catch (IOException)
        {
            return ExitCodes.Signalled + BrokenPipe; // whoever read it has gone
        }
    }

    private static ProblemException NoFile(ContainerPath path, SftpKind kind) => new(new Problem(
        "file.special", $"'{path.Path}' in container '{path.Container}' is {(kind == SftpKind.File ? "no directory" : "neither a file nor a directory")}",
        kind == SftpKind.File ? "leave the / at its end away" : $"coi container exec {path.Container} -- cat {path.Path}"));
}
