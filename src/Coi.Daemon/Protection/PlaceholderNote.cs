using System.Text;
using Coi.Domain.Protection;
using Coi.Domain.Workspaces;

namespace Coi.Daemon.Protection;

/// <summary>What coi has made in a workspace and will remove: each ended by a zero, directories with a slash at the end.</summary>
internal sealed record PlaceholderNote(string Workspace, IReadOnlyList<Placeholder> Placeholders)
{
    /// <summary>Longest note in bytes.</summary>
    public const long Limit = 1024 * 1024;

    private const string Prefix = "placeholders-";

    /// <summary>Whether nothing has to be removed.</summary>
    public bool IsEmpty => Placeholders.Count == 0;

    private string Name => $"{Prefix}{WorkspaceHash.Of(Workspace)}";

    /// <summary>The note of a workspace, empty when there is none.</summary>
    public static PlaceholderNote Read(UnixDirectory notes, string workspace)
    {
        var empty = new PlaceholderNote(workspace, []);
        return notes.TryRead(empty.Name, Limit) is not { } text ? empty : empty with
        {
            Placeholders = [.. Encoding.UTF8.GetString(text).Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(line => new Placeholder(line.TrimEnd('/'), line.EndsWith('/')))],
        };
    }

    /// <summary>The note with more.</summary>
    public PlaceholderNote With(IEnumerable<Placeholder> more) => this with { Placeholders = [.. Placeholders.Union(more)] };

    /// <summary>Writes it so that it survives whatever comes next.</summary>
    public void Write(UnixDirectory notes) =>
        notes.Write(Name, Encoding.UTF8.GetBytes(string.Concat(Placeholders.Select(placeholder => placeholder.Path + (placeholder.Directory ? "/" : "") + "\0"))));

    /// <summary>Removes it.</summary>
    public void Delete(UnixDirectory notes) => notes.Delete(Name);
}
