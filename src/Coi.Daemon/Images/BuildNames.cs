using System.Security.Cryptography;

namespace Coi.Daemon.Images;

/// <summary>Names of what a build makes for itself.</summary>
/// <param name="Container">Name of the container.</param>
/// <param name="Bridge">Name of the bridge and of its ACL.</param>
internal sealed record BuildNames(string Container, string Bridge)
{
    private const int LongestInstanceName = 63;
    private const int LongestPrefix = 5;

    /// <summary>Names that nothing else has.</summary>
    public static BuildNames Create(string prefix, string alias)
    {
        var random = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var readable = new string([.. alias.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')]).Trim('-');
        var begin = $"{prefix}-build-{readable}";
        var room = LongestInstanceName - random.Length - 1;
        // An interface's name has at most 15 characters (IFNAMSIZ), "-b-" and the random part take eleven.
        var shortPrefix = prefix[..Math.Min(prefix.Length, LongestPrefix)];
        return new BuildNames($"{begin[..Math.Min(begin.Length, room)].TrimEnd('-')}-{random}", $"{shortPrefix}b-{random}");
    }
}
