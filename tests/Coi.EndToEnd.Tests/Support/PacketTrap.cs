using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Coi.EndToEnd.Tests.Support;

/// <summary>Sees every IPv4 packet that comes to an interface, whatever becomes of it there; a host that answers nothing may still have been told something.</summary>
internal sealed class PacketTrap : IDisposable
{
    private const int AllProtocols = 3; // ETH_P_ALL
    private const int EthernetHeader = 14;

    private readonly Socket _socket;
    private readonly byte[] _own;
    private readonly ConcurrentQueue<byte[]> _packets = new();
    private readonly Task _reading;

    private PacketTrap(Socket socket, string address)
    {
        (_socket, _own) = (socket, IPAddress.Parse(address).GetAddressBytes());
        _reading = Task.Factory.StartNew(Read, TaskCreationOptions.LongRunning);
    }

    /// <summary>What came so far, each a line.</summary>
    public IReadOnlyList<string> Packets => [.. _packets.Select(Describe)];

    /// <summary>Sets a trap in a namespace, for what does not come from its own address.</summary>
    public static async Task<PacketTrap> SetAsync(string name, string address)
    {
        var socket = await NetworkNamespace.MakeAsync(name, () =>
            new Socket(AddressFamily.Packet, SocketType.Raw, (ProtocolType)IPAddress.HostToNetworkOrder((short)AllProtocols)) { ReceiveBufferSize = 1 << 20, ReceiveTimeout = 200 });
        return new PacketTrap(socket, address);
    }

    /// <summary>Forgets what came.</summary>
    public void Clear() => _packets.Clear();

    /// <summary>Whether a packet came that holds a text.</summary>
    public bool Caught(string text)
    {
        var wanted = System.Text.Encoding.ASCII.GetBytes(text);
        return _packets.Any(p => p.AsSpan().IndexOf(wanted) >= 0);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _socket.Dispose();
        _reading.Wait(TimeSpan.FromSeconds(2));
    }

    private void Read()
    {
        var buffer = new byte[1 << 16];
        while (true)
        {
            try
            {
                var length = _socket.Receive(buffer);
                if (IsForeignIpv4(buffer.AsSpan(0, length))) _packets.Enqueue(buffer[EthernetHeader..length]);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
            {
                // Nothing came.
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private bool IsForeignIpv4(ReadOnlySpan<byte> frame) =>
        frame.Length > EthernetHeader + 20 && frame[12] == 8 && frame[13] == 0 && !_own.AsSpan().SequenceEqual(frame.Slice(EthernetHeader + 12, 4));

    private static string Describe(byte[] packet) =>
        $"{new IPAddress(packet.AsSpan(12, 4))} → {new IPAddress(packet.AsSpan(16, 4))}, protocol {packet[9]}, {packet.Length} bytes";
}
