using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Coi.Daemon.Tests.Network;

/// <summary>A name server on loopback that answers every question alike, in datagrams and, where those are too small, over TCP.</summary>
internal sealed class DnsBench : IDisposable
{
    private const int Datagram = 512;
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly TcpListener _tcp;
    private int _questions;
    private int _overTcp;

    public DnsBench(IPEndPoint? at = null)
    {
        _udp.Bind(at ?? new IPEndPoint(IPAddress.Loopback, 0));
        EndPoint = (IPEndPoint)_udp.LocalEndPoint!;
        _tcp = new TcpListener(EndPoint);
        _tcp.Start();
        _ = AnswerDatagramsAsync(_stop.Token);
        _ = AnswerConnectionsAsync(_stop.Token);
    }

    public IPEndPoint EndPoint { get; }

    public IReadOnlyList<string> Addresses { get; set; } = [];

    public uint Ttl { get; set; } = 60;

    /// <summary>Response code: 0 for an answer, 3 when there is no such name.</summary>
    public byte Code { get; set; }

    public bool Silent { get; set; }

    /// <summary>How long it thinks before it answers a datagram.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>How many other names lie between the name and its addresses.</summary>
    public int Aliases { get; set; }

    /// <summary>How many questions came, those over TCP not counted.</summary>
    public int Questions => _questions;

    public int OverTcp => _overTcp;

    public void Dispose()
    {
        _stop.Cancel();
        _udp.Dispose();
        _tcp.Dispose();
        _stop.Dispose();
    }

    private async Task AnswerDatagramsAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        while (!cancellationToken.IsCancellationRequested)
        {
            SocketReceiveFromResult received;
            try
            {
                received = await _udp.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), cancellationToken);
            }
            catch (Exception ex) when (ex is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }

            Interlocked.Increment(ref _questions);
            if (Silent) continue;
            var answer = Answer(buffer.AsSpan(0, received.ReceivedBytes));
            if (answer.Length > Datagram)
            {
                answer = answer[..Datagram];
                answer[2] |= 2; // truncated
            }

            if (Delay > TimeSpan.Zero) await Task.Delay(Delay, cancellationToken);
            await _udp.SendToAsync(answer, received.RemoteEndPoint, cancellationToken);
        }
    }

    private async Task AnswerConnectionsAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                using var client = await _tcp.AcceptTcpClientAsync(cancellationToken);
                var stream = client.GetStream();
                var length = new byte[2];
                await stream.ReadExactlyAsync(length, cancellationToken);
                var question = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(question, cancellationToken);
                Interlocked.Increment(ref _overTcp);
                var answer = Answer(question);
                BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)answer.Length);
                await stream.WriteAsync((byte[])[.. length, .. answer], cancellationToken);
            }
        }
        catch (Exception ex) when (ex is OperationCanceledException or ObjectDisposedException or SocketException or IOException)
        {
            // The test has ended.
        }
    }

    // The question again, and after it the aliases and one record for each address; a name that was written before is a pointer to it (RFC 1035, 4.1.4).
    private byte[] Answer(ReadOnlySpan<byte> question)
    {
        const int Header = 12;
        var end = Header;
        while (question[end] != 0) end += question[end] + 1;
        var message = new List<byte>(question[..(end + 5)].ToArray());
        (message[2], message[3]) = (0x81, (byte)(0x80 | Code));
        var addresses = Code == 0 ? Addresses : [];
        var count = addresses.Count + (Code == 0 ? Aliases : 0);
        (message[6], message[7]) = ((byte)(count >> 8), (byte)count);
        (message[8], message[9], message[10], message[11]) = (0, 0, 0, 0);
        var owner = Header;
        for (var alias = 0; Code == 0 && alias < Aliases; alias++)
        {
            Record(owner, type: 5, [2, (byte)'a', (byte)('a' + alias), 4, .. "test"u8, 0]);
            owner = message.Count - 9;
        }

        foreach (var address in addresses) Record(owner, type: 1, IPAddress.Parse(address).GetAddressBytes());
        return [.. message];

        void Record(int name, byte type, byte[] data)
        {
            message.AddRange([(byte)(0xC0 | (name >> 8)), (byte)name, 0, type, 0, 1, (byte)(Ttl >> 24), (byte)(Ttl >> 16), (byte)(Ttl >> 8), (byte)Ttl, 0, (byte)data.Length]);
            message.AddRange(data);
        }
    }
}
