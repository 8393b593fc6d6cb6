using System.Globalization;
using Coi.Domain.Network;
using Coi.Domain.Slots;

namespace Coi.Domain.Configuration;

/// <summary>Checks of single values; each says what is wrong, or null.</summary>
internal static class ValueChecks
{
    public static string? NotEmpty(string value) =>
        value.Trim().Length == 0 ? "is empty" : NoNul(value);

    public static string? NoNul(string value) => value.Contains('\0') ? "contains a NUL" : null;

    public static string? ContainerPrefix(string value) => SlotNames.CheckPrefix(value) is { } failure ? $"{failure.Message}: {failure.Hint}" : null;

    // Below this, systemd and the tool do not even start.
    public static string? Memory(string value) => Size(value, least: 64L << 20, "64MiB");

    public static string? Disk(string value) => Size(value, least: 512L << 20, "512MiB");

    public static string? Processes(string value) => value is not "0" && long.Parse(value, CultureInfo.InvariantCulture) < 64 ? "a container needs at least 64" : null;

    public static string? Duration(string value) =>
        Quantities.Duration(value) is null ? $"'{value}' is not a duration such as 90s, 30m or 1h30m, of at most 365d" : null;

    public static string? HostPath(string value) =>
        NotEmpty(value) ?? (value[0] == '/' || value == "~" || value.StartsWith("~/", StringComparison.Ordinal) ? null : $"'{value}' is neither absolute nor below ~");

    public static string? ContainerPath(string value)
    {
        if (NotEmpty(value) is { } wrong)
            return wrong;
        if (value[0] != '/')
            return $"'{value}' is not an absolute path";
        var parts = value.TrimEnd('/').Split('/')[1..];
        return parts switch
        {
            [] => "nothing can be mounted over /",
            _ when parts.Any(part => part is "" or "." or "..") || value.Any(char.IsControl) => $"'{value}' is not a plain path",
            _ => null,
        };
    }

    public static string? WorkspacePath(string value) => PathBelow("the workspace", value);

    /// <summary>A plain path below the user's home.</summary>
    public static string? HomePath(string value) => PathBelow("home", value);

    private static string? PathBelow(string place, string value)
    {
        if (NotEmpty(value) is { } wrong)
            return wrong;
        return value[0] is '/' or '~' || value.TrimEnd('/').Split('/').Any(part => part is "" or "." or "..")
            ? $"'{value}' is not a plain path below {place}"
            : null;
    }

    private static string? Size(string value, long least, string leastText) => Quantities.Size(value) switch
    {
        null => $"'{value}' is not a size such as 512MiB or 4GiB",
        > 0 and var bytes when bytes < least => $"'{value}' is too little; a container needs at least {leastText}",
        _ => null,
    };

    public static string? SubnetPool(string value) => Ipv4Range.Parse(value) switch
    {
        null => $"'{value}' is not an IPv4 range such as 10.213.0.0/16",
        { PrefixLength: < 8 or > 29 } => $"'{value}' must have between 8 and 29 bits",
        { } range when range.ToString() != value => $"'{value}' does not begin at the range's first address; write {range}",
        _ => null,
    };

    public static string? DomainOrAddress(string value)
    {
        if (Ipv4Range.Parse(value) is { } range)
            return range.PrefixLength == 0 ? $"'{value}' is every address; set network.mode to open if that is meant" : null;
        if (value.Contains("://", StringComparison.Ordinal))
            return $"'{value}' is an address of a page; write only the name of its host";
        if (value.Contains('*'))
            return $"'{value}' has a wildcard; each name must be listed";
        if (value.Contains(':'))
            return $"'{value}' is neither a name nor an IPv4 address";
        var labels = value.TrimEnd('.').Split('.');
        var valid = value.Length <= 253 && labels.Length > 0 && labels.All(IsLabel) && !labels[^1].All(char.IsAsciiDigit);
        return valid ? null : $"'{value}' is neither a name nor an IPv4 address";
    }

    // Names as RFC 1123 has them; an underscore is not a host name's, but some services resolve with one.
    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && label[0] != '-' && label[^1] != '-';
}
