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
