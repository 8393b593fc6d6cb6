using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace Coi.Domain.Network;

/// <summary>A range of IPv4 addresses in CIDR form; the address part is always the first of the range.</summary>
public readonly record struct Ipv4Range
{
    private readonly uint _first;

    /// <summary>The range of <paramref name="prefixLength"/> bits that holds <paramref name="address"/>.</summary>
    public Ipv4Range(uint address, int prefixLength)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)prefixLength, 32u);
        PrefixLength = prefixLength;
        _first = address & Mask(prefixLength);
    }

    /// <summary>Number of leading bits that all addresses share, 0 to 32.</summary>
    public int PrefixLength { get; }

    /// <summary>First address, in host order.</summary>
    public uint First => _first;

    /// <summary>Last address, in host order.</summary>
    public uint Last => _first | ~Mask(PrefixLength);

    /// <summary>Reads <c>10.0.0.0/8</c> or <c>10.1.2.3</c> (one address); null when it is neither.</summary>
    public static Ipv4Range? Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var address = slash < 0 ? text : text[..slash];
        var bits = 32;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out bits) || bits > 32)) return null;
        // IPAddress also takes "1" and "0x7f.1": only four decimal parts are an address to a person.
        if (address.Count(c => c == '.') != 3 || !address.All(c => char.IsAsciiDigit(c) || c == '.')) return null;
        // A leading zero makes a part octal for IPAddress: 010.0.0.0 would be 8.0.0.0, which nobody means.
        if (address.Split('.').Any(part => part.Length > 1 && part[0] == '0')) return null;
        return IPAddress.TryParse(address, out var parsed) ? new Ipv4Range(ToUInt32(parsed), bits) : null;
    }

    /// <summary>An address in host order as text.</summary>
    public static string Text(uint address) =>
        string.Create(CultureInfo.InvariantCulture, $"{address >> 24}.{(address >> 16) & 255}.{(address >> 8) & 255}.{address & 255}");

    /// <summary>An IPv4 address as a number in host order.</summary>
    public static uint ToUInt32(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return BinaryPrimitives.ReadUInt32BigEndian(address.MapToIPv4().GetAddressBytes());
    }

    /// <summary>Whether the two ranges share an address.</summary>
    public bool Overlaps(Ipv4Range other) => First <= other.Last && other.First <= Last;

    /// <summary>Whether an address lies in the range.</summary>
    public bool Contains(uint address) => address >= First && address <= Last;

    /// <inheritdoc />
    public override string ToString() => $"{Text(First)}/{PrefixLength}";

    private static uint Mask(int bits) => bits == 0 ? 0 : uint.MaxValue << (32 - bits);
}
