using System.Security.Cryptography;
using System.Text;
using Coi.Domain.Workspaces;

namespace Coi.Domain.Slots;

/// <summary>The names of what belongs to a slot; all follow from the container's name.</summary>
public static class SlotNames
{
    /// <summary>Longest name of a network interface in Linux (IFNAMSIZ is 16 with the closing NUL).</summary>
    public const int LongestInterface = 15;

    /// <summary>Container of a slot: <c>coi-9dad1e4e-1</c>.</summary>
    public static string Container(string prefix, WorkspaceHash workspace, int slot) => $"{prefix}{workspace}-{slot}";

    /// <summary>The tmux session inside; the literal <c>coi-</c> is the reference's, whatever the prefix.</summary>
    public static string TmuxSession(string container) => $"coi-{container}";

    /// <summary>
    /// Bridge of a container: <c>coi</c> and twelve hexadecimal digits, 15 characters for every prefix and slot. All bridges begin
    /// with <c>coi</c>, so that one pattern covers them in a host firewall.
    /// </summary>
    public static string Bridge(string container) =>
        string.Concat("coi", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(container))).AsSpan(0, 12));

    /// <summary>Network ACL of a container; the container's own name, which satisfies the rules for ACL names.</summary>
    public static string Acl(string container) => container;

    /// <summary>Checks a container prefix: what Incus takes as the start of a host name, and room for hash and slot in 63 characters.</summary>
    public static Failure? CheckPrefix(string prefix)
    {
        var valid = prefix.Length is > 0 and <= 50
            && char.IsAsciiLetter(prefix[0])
            && prefix.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
        return valid
            ? null
            : new Failure("prefix.invalid", $"'{prefix}' cannot begin a container's name", "COI_CONTAINER_PREFIX takes letters, digits and dashes, begins with a letter and has at most 50 characters");
    }
}
