using System.Text.RegularExpressions;
using Coi.Contracts;

namespace Coi.Daemon.Images;

/// <summary>What an image may be called.</summary>
internal static partial class ImageNames
{
    /// <summary>Refuses what cannot be an alias.</summary>
    public static void Require(string alias)
    {
        if (!Valid().IsMatch(alias))
            throw new ProblemException(new Problem("image.alias_invalid", $"'{alias}' cannot be an image's name", "use letters, digits, dots and dashes, such as my-image"));
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}\z")]
    private static partial Regex Valid();
}
