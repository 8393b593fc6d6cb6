using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Coi.Daemon.Tests.Images;

/// <summary>A name server that knows one name, and a TCP port that accepts, on an address of this machine. Port 53 needs root.</summary>
internal sealed class TestNameServer : IAsyncDisposable
{
    private readonly UdpClient _udp;
    private readonly TcpListener _tcp;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _serving;

    private TestNameServer(UdpClient udp, TcpListener tcp, string name, IPAddress answer)
    {
        (_udp, _tcp) = (udp, tcp);
        _serving = ServeAsync(name, answer);
    }

    public int ListeningPort => ((IPEndPoint)_tcp.LocalEndpoint).Port;

    public static Task<TestNameServer> StartAsync(string address, string name, string answer)
    {
        var udp = new UdpClient(new IPEndPoint(IPAddress.Parse(address), 53));
        var tcp = new TcpListener(IPAddress.Parse(address), 0);
        tcp.Start();
        return Task.FromResult(new TestNameServer(udp, tcp, name, IPAddress.Parse(answer)));
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _serving;
        _udp.Dispose();
        _tcp.Dispose();
        _stopping.Dispose();
    }

    private async Task ServeAsync(string name, IPAddress answer)
    {
        var wanted = name.Split('.').SelectMany(l => Encoding.ASCII.GetBytes(l).Prepend((byte)l.Length)).Append((byte)0).ToArray();
        try
        {
            while (true)
            {
                var query = await _udp.ReceiveAsync(_stopping.Token);
                await _udp.SendAsync(Answer(query.Buffer, wanted, answer), query.RemoteEndPoint, _stopping.Token);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    // RFC 1035: header of 12 bytes, the question as it came, and one A record that points back to its name.
    private static byte[] Answer(byte[] query, byte[] wanted, IPAddress answer)
    {
        var questionEnd = 12;
        while (query[questionEnd] != 0) questionEnd += query[questionEnd] + 1;
        questionEnd += 5;
        var known = query.AsSpan(12, wanted.Length).SequenceEqual(wanted);
        var isAddress = query[questionEnd - 3] == 1;
        var reply = new List<byte>(query[..2]) { 0x81, (byte)(known ? 0x80 : 0x83), 0, 1, 0, (byte)(known && isAddress ? 1 : 0), 0, 0, 0, 0 };
        reply.AddRange(query[12..questionEnd]);
        if (known && isAddress) reply.AddRange([0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, .. answer.GetAddressBytes()]);
        return [.. reply];
    }
}
