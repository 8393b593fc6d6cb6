using System.CommandLine;
using System.CommandLine.Parsing;
using Coi.Cli.CommandLine;
using Coi.Files;
using Coi.Incus;

namespace Coi.Cli.Files;

/// <summary><c>coi file push</c>.</summary>
internal sealed class FilePushCommand : FileCommand
{
    private const UnixFileMode FromStream = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly Argument<string> _local = new("local");
    private readonly Argument<string> _target = new("target") { HelpName = "container:path" };
    private readonly Option<int> _uid = Number("--uid", "UID", "Owner inside (default: that of the directory it is put in)");
    private readonly Option<int> _gid = Number("--gid", "GID", "Group inside (default: that of the directory it is put in)");
    private readonly Option<int> _mode = new("--mode") { HelpName = "MODE", Description = "Permissions of a file, in octal (default: those of the local one)", CustomParser = Octal };

    /// <summary>Makes the command.</summary>
    public FilePushCommand() : base("push", "Copy a file or directory into a container")
    {
        Arguments.Add(_local);
        Arguments.Add(_target);
        foreach (var option in new Option[] { _uid, _gid, _mode }) Options.Add(option);
    }

    /// <inheritdoc />
    public override string Details =>
        "The container may run or be stopped. PATH is the copy's own path; one that ends with / is a directory to put it into, and so is one that is a\n" +
        "directory when a file is pushed. A directory that is pushed onto another is merged into it: what has the same name is replaced, the rest stays.\n" +
        "Everything is copied beside its place first and appears when it is complete; parents are not created. LOCAL may be - for standard input.\n" +
        "What is new belongs to whoever owns the directory it is put in (the session's user below /workspace and his home, else mostly root);\n" +
        "a file that is replaced keeps its owner and permissions.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("file push notes.txt my-container:/workspace/", "into a directory, under its own name"),
        new("file push app.conf my-container:/etc/app.conf --mode=600", "a file, with permissions"),
        new("file push -r ./site my-container:/srv/www", "/srv/www is then what ./site is"),
        new("file push - my-container:/tmp/dump.sql", "what comes on standard input"),
    ];

    /// <inheritdoc />
    public override Completes Completes => Completes.FileThenContainer;

    /// <inheritdoc />
    protected override async Task<int> CopyAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var surroundings = invocation.Surroundings;
        var target = ContainerPath.Parse(invocation.Value(_target) ?? "");
        var local = LocalPlace.Of(invocation.Value(_local) ?? "", surroundings);
        var source = local.Text == LocalPlace.Stream ? null : local.Find() ?? throw local.Missing();
        var isDirectory = source is DirectoryInfo;
        if (isDirectory)
        {
            RequireRecursive(invocation, local.Text);
            if (invocation.Given(_mode)) throw new UsageException("--mode is for a single file", "what is in a directory keeps its own permissions");
        }
        else if (source is null && target is { IsDirectory: true } or { Name: "" })
        {
            throw new UsageException($"what comes on standard input needs a name, which '{target.Path}' has not", $"such as {target.Join("file")}");
        }

        // Opened before anything else: what cannot be read is told at once.
        using var tree = isDirectory ? local.OpenDirectory() : null;
        using var file = source is FileInfo ? UnixDirectory.OpenTrustedFile(local.Full) : null;
        // What a shell's <(…) names, for example, is a pipe.
        var isFile = file is not null && LinuxCalls.StatOpen(file)?.Kind is UnixEntryKind.File;
        await using var files = await ContainerFiles.OpenAsync(surroundings, target, cancellationToken);
        var place = await PushPlace.FindAsync(files.Session, target, isDirectory, local.Last, cancellationToken);
        var owner = new PushedOwner(
            invocation.Given(_uid) ? invocation.Value(_uid) : place.Uid, invocation.Given(_gid) ? invocation.Value(_gid) : place.Gid,
            invocation.Given(_mode) ? (UnixFileMode)invocation.Value(_mode) : place.Mode);

        using var transfer = new Transfer(surroundings, $"Pushing {(isDirectory ? "directory" : "file")}");
        using var lanes = new Lanes(cancellationToken);
        var push = new TreePush(files.Session, owner, transfer, lanes);
        var completed = false;
        try
        {
            await lanes.RunAsync(async () =>
            {
                if (tree is not null)
                {
                    await push.CreateDirectoryAsync(place.Temporary);
                    await push.FillAsync(tree, place.Temporary);
                }
                else if (file is not null && isFile)
                {
                    transfer.Total = RandomAccess.GetLength(file);
                    await push.FileAsync(file, place.Temporary);
                }
                else
                {
                    await using var input = file is null ? Console.OpenStandardInput() : new FileStream(file, FileAccess.Read, bufferSize: 0);
                    await push.FileAsync(input, place.Temporary, FromStream);
                }
            });
            await PutInPlaceAsync(files.Session, place);
            completed = true;
        }
        finally
        {
            transfer.Dispose();
            if (!completed) await files.CleanAsync(place.Temporary, new Talk(surroundings));
        }

        var what = isDirectory ? "directory" : "file";
        return Report(surroundings, $"Pushed {what} {Transfer.Printable(local.Text)} to {Transfer.Printable($"{target.Container}:{place.Final}")} ({transfer.Sum})", transfer);
    }

    // From here on it is finished, not cancelled: nothing is half there.
    private static async Task PutInPlaceAsync(SftpSession session, PushPlace place)
    {
        if (!place.Merges)
        {
            await session.RenameAsync(place.Temporary, place.Final, CancellationToken.None);
            return;
        }

        using var lanes = new Lanes(CancellationToken.None);
        await lanes.RunAsync(() => new RemoteMerge(session, lanes).RunAsync(place.Temporary, place.Final));
    }

    private static Option<int> Number(string name, string helpName, string description) => new(name)
    {
        HelpName = helpName,
        Description = description,
        CustomParser = result => GlobalOptions.WholeNumber(result, name, 0),
    };

    private static int Octal(ArgumentResult result)
    {
        var text = result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
        if (text.Length is > 0 and < 6 && text.All(c => c is >= '0' and <= '7') && Convert.ToInt32(text, 8) is <= 0xFFF and var mode) return mode;
        result.AddError($"--mode needs permissions in octal, such as 644, not '{text}'");
        return 0;
    }
}
