using Coi.Contracts;
using Coi.Incus;

namespace Coi.Cli.Files;

/// <summary>Where in a container something is put.</summary>
/// <param name="Final">Its path.</param>
/// <param name="Temporary">Where it is until it is complete.</param>
/// <param name="Merges">Whether a directory is there that it is merged into.</param>
/// <param name="Uid">Owner of what is new.</param>
/// <param name="Gid">Group of what is new.</param>
/// <param name="Mode">Permissions of a file that is replaced.</param>
internal sealed record PushPlace(SftpPath Final, SftpPath Temporary, bool Merges, int Uid, int Gid, UnixFileMode? Mode)
{
    private const int MostLinks = 40; // as the kernel

    /// <summary>Finds it.</summary>
    public static async Task<PushPlace> FindAsync(SftpSession session, ContainerPath target, bool isDirectory, string ownName, CancellationToken cancellationToken)
    {
        var there = await session.FindAsync(target.Remote, follow: true, cancellationToken);
        if (target.IsDirectory && there is null) throw NoDirectory(target.Container, target.Path);
        if (target.IsDirectory && there is { Kind: not SftpKind.Directory })
            throw new ProblemException(new Problem("file.conflict", $"'{target.Path}' in container '{target.Container}' is no directory", "without the / at its end it is replaced"));

        // Into a directory: one that was named as such, or that a file is pushed onto.
        if (there is { Kind: SftpKind.Directory } && (target.IsDirectory || !isDirectory))
        {
            if (ownName is "" or "." or "..") throw new ProblemException(new Problem("file.no_name", $"what is pushed has no name to have in '{target.Path}'", $"name it: {target.Join("name")}"));
            return await FindAsync(session, target.Join(ownName), isDirectory, "", cancellationToken);
        }

        if (isDirectory)
        {
            if (there is { Kind: not SftpKind.Directory }) throw Conflicts.Of(target.Path, isDirectory: true, isLink: false);
            if (there is not null) return new PushPlace(target.Remote, target.Remote.Join(TemporaryName()), Merges: true, there.Uid ?? 0, there.Gid ?? 0, null);
        }
        else if (there is { Kind: SftpKind.Directory })
        {
            throw Conflicts.Of(target.Path, isDirectory: false, isLink: false);
        }
        else if (there is { Kind: not SftpKind.File })
        {
            throw new ProblemException(new Problem("file.special", $"'{target.Path}' in container '{target.Container}' is neither a file nor a directory", "a device or pipe is not replaced"));
        }

        var parent = await session.FindAsync(new SftpPath(target.Parent), follow: true, cancellationToken);
        if (parent is not { Kind: SftpKind.Directory }) throw NoDirectory(target.Container, target.Parent);
        var final = there is null ? target.Remote : await FollowAsync(session, target.Remote, cancellationToken);
        var owner = there ?? parent;
        return new PushPlace(final, ParentOf(final).Join(TemporaryName()), Merges: false, owner.Uid ?? 0, owner.Gid ?? 0, there?.Mode);
    }

    // A link to a file is followed, as every program inside would: it is the file that is replaced.
    private static async Task<SftpPath> FollowAsync(SftpSession session, SftpPath path, CancellationToken cancellationToken)
    {
        for (var hop = 0; hop < MostLinks; hop++)
        {
            if (await session.FindAsync(path, follow: false, cancellationToken) is not { Kind: SftpKind.Link }) return path;
            var link = await session.ReadLinkAsync(path, cancellationToken);
            path = link.Bytes is [(byte)'/', ..] ? link : ParentOf(path).Join(link.Bytes);
        }

        throw new ProblemException(new Problem("file.links", $"'{path}' leads through more than {MostLinks} links", null));
    }

    private static SftpPath ParentOf(SftpPath path) => path.Bytes.LastIndexOf((byte)'/') is > 0 and var slash ? new SftpPath(path.Bytes[..slash]) : new SftpPath("/");

    private static string TemporaryName() => Coi.Files.UnixDirectory.TemporaryName();

    private static ProblemException NoDirectory(string container, string path) => new(new Problem(
        "file.no_directory", $"directory '{path}' does not exist in container '{container}'", $"coi container exec {container} -- mkdir -p {path}"));
}
