using System.Collections.Immutable;
using Coi.Domain.Configuration;

namespace Coi.Domain.Network;

/// <summary>What somebody wants of a running container's policy, in the words of a command line.</summary>
/// <param name="Mode">The mode; null keeps the one in force.</param>
/// <param name="Allow">Names, IPv4 addresses and ranges to add to the allowlist.</param>
/// <param name="Remove">What to take off it.</param>
public sealed record PolicyWish(string? Mode, ImmutableArray<string> Allow, ImmutableArray<string> Remove)
{
    /// <summary>The policy that a wish makes of another; a failure when it cannot be had.</summary>
    /// <param name="container">Name of the container, for messages.</param>
    /// <param name="current">The policy in force.</param>
    /// <param name="failure">What is wrong with the wish.</param>
    public NetworkPolicy? ApplyTo(string container, NetworkPolicy current, out Failure? failure)
    {
        ArgumentNullException.ThrowIfNull(current);
        failure = Wrong(container, current, out var mode);
        if (failure is not null) return null;
        if (mode != NetworkMode.Allowlist) return current with { Mode = mode };
        var listed = current.AllowedDomains.Where(entry => !Remove.Any(gone => Same(gone, entry))).ToImmutableArray();
        listed = [.. listed, .. Allow.Where(entry => !listed.Any(known => Same(known, entry))).Distinct(StringComparer.OrdinalIgnoreCase)];
        if (!listed.IsEmpty) return current with { Mode = mode, AllowedDomains = listed };
        failure = new Failure(
            "network.empty_allowlist", "an allowlist without anything in it would reach nothing", $"coi network set {container} --mode=allowlist --allow=api.anthropic.com");
        return null;
    }

    private Failure? Wrong(string container, NetworkPolicy current, out NetworkMode mode)
    {
        mode = current.Mode;
        if (Mode is not null && !TryMode(Mode, out mode)) return new Failure("network.invalid", $"'{Mode}' is no network mode", "restricted, allowlist or open");
        if (Mode is null && Allow.IsEmpty && Remove.IsEmpty) return new Failure("network.invalid", "nothing to change was named", "--mode, --allow or --remove");
        foreach (var entry in Allow)
        {
            if (ValueChecks.DomainOrAddress(entry) is { } wrong) return new Failure("network.invalid", $"--allow: {wrong}", "Names, IPv4 addresses and ranges such as 198.51.100.0/24 can be listed");
        }

        if (mode != NetworkMode.Allowlist && !(Allow.IsEmpty && Remove.IsEmpty))
        {
            return new Failure(
                "network.no_allowlist", $"only allowlist mode has a list of names, and {container} {(Mode is null ? "is in" : "would be in")} {mode.Word()} mode",
                $"coi network set {container} --mode=allowlist --allow=NAME");
        }

        var unknown = Remove.FirstOrDefault(gone => !current.AllowedDomains.Any(entry => Same(gone, entry)));
        return unknown is null ? null : new Failure("network.not_listed", $"'{unknown}' is not in the allowlist of {container}", $"coi network show {container}");
    }

    private static bool TryMode(string text, out NetworkMode mode) => Enum.TryParse(text, ignoreCase: true, out mode) && string.Equals(mode.ToString(), text, StringComparison.OrdinalIgnoreCase);

    private static bool Same(string one, string other) => string.Equals(one.TrimEnd('.'), other.TrimEnd('.'), StringComparison.OrdinalIgnoreCase);
}
