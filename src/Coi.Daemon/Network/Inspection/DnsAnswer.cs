using System.Buffers.Binary;
using Coi.Domain.Network;

namespace Coi.Daemon.Network.Inspection;

/// <summary>What an answer of a resolver says, as far as a test wants to know it.</summary>
/// <param name="Code">Its response code: 0 for a known name, 3 for one that does not exist.</param>
/// <param name="Addresses">The IPv4 addresses in it.</param>
internal sealed record DnsAnswer(int Code, IReadOnlyList<string> Addresses)
{
    private const int HeaderLength = 12;
    private const int TypeA = 1;

    /// <summary>In words.</summary>
    public string Words => Code switch
    {
        0 when Addresses.Count > 0 => string.Join(", ", Addresses),
        0 => "no address",
        3 => "no such name",
        5 => "refused",
        var code => $"error {code}",
    };

    /// <summary>Reads an answer; null when it is none.</summary>
    public static DnsAnswer? Parse(ReadOnlySpan<byte> message)
    {
        try
        {
            var (questions, answers) = (BinaryPrimitives.ReadUInt16BigEndian(message[4..]), BinaryPrimitives.ReadUInt16BigEndian(message[6..]));
            var at = HeaderLength;
            for (var i = 0; i < questions; i++) at = AfterName(message, at) + 4;
            var addresses = new List<string>();
            for (var i = 0; i < answers; i++)
            {
                at = AfterName(message, at);
                var (type, length) = (BinaryPrimitives.ReadUInt16BigEndian(message[at..]), BinaryPrimitives.ReadUInt16BigEndian(message[(at + 8)..]));
                at += 10;
                if (type == TypeA && length == 4) addresses.Add(Ipv4Range.Text(BinaryPrimitives.ReadUInt32BigEndian(message[at..])));
                at += length;
            }

            return new DnsAnswer(message[3] & 15, addresses);
        }
        catch (Exception ex) when (ex is ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    // Labels up to an empty one, or up to a pointer to others (RFC 1035, 4.1.4).
    private static int AfterName(ReadOnlySpan<byte> message, int at)
    {
        while (message[at] is not 0)
        {
            if (message[at] >= 0xC0) return at + 2;
            at += message[at] + 1;
        }

        return at + 1;
    }
}
