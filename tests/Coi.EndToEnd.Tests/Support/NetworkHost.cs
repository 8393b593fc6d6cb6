using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Coi.EndToEnd.Tests.Support;

/// <summary>Another host, as far as packets can tell: a network namespace behind a veth pair, with an HTTP server in it that also sends datagrams back.</summary>
internal sealed class NetworkHost : IAsyncDisposable
{
    /// <summary>Port of its server.</summary>
    public const int Port = 8080;

    private readonly string _name;
    private readonly WebApplication _server;
    private readonly Socket _listener;
    private readonly Socket _echo;

    private NetworkHost(string name, string address, WebApplication server, Socket listener, Socket echo, PacketTrap trap)
    {
        _name = name;
        Address = address;
        _server = server;
        _listener = listener;
        _echo = echo;
        Trap = trap;
        _ = EchoAsync();
    }

    /// <summary>What comes to it.</summary>
    public PacketTrap Trap { get; }

    /// <summary>Its IPv4 address.</summary>
    public string Address { get; }

    /// <summary>Base address of its server.</summary>
    public string Url => $"http://{Address}:{Port}";

    /// <summary>Makes a host.</summary>
    /// <param name="name">At most 10 characters.</param>
    /// <param name="address">Its address.</param>
    /// <param name="answer">What its server does with requests.</param>
    /// <param name="gateway">This machine's address on the line to it; null for the one before its own.</param>
    public static async Task<NetworkHost> CreateAsync(string name, string address, RequestDelegate answer, string? gateway = null)
    {
        Machine.RequireRoot("making network namespaces");
        await RemoveAsync(name); // of a run that was killed
        gateway ??= Before(address);
        await Shell.OutputAsync("ip", "netns", "add", name);
        await Shell.OutputAsync("ip", "link", "add", $"{name}-o", "type", "veth", "peer", "name", "eth0", "netns", name);
        await Shell.OutputAsync("ip", "address", "add", gateway, "peer", address, "dev", $"{name}-o");
        await Shell.OutputAsync("ip", "link", "set", $"{name}-o", "up");
        await Shell.OutputAsync("ip", "-n", name, "address", "add", address, "peer", gateway, "dev", "eth0");
        await Shell.OutputAsync("ip", "-n", name, "link", "set", "eth0", "up");
        await Shell.OutputAsync("ip", "-n", name, "route", "add", "default", "via", gateway);
        var listener = await NetworkNamespace.MakeAsync(name, Listen);
        var echo = await NetworkNamespace.MakeAsync(name, () =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.Any, Port));
            return socket;
        });
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(options => options.ListenHandle((ulong)listener.Handle));
        var server = builder.Build();
        server.Run(answer);
        await server.StartAsync();
        return new NetworkHost(name, address, server, listener, echo, await PacketTrap.SetAsync(name, address));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(2)).Token);
        await _server.DisposeAsync();
        _listener.Dispose();
        _echo.Dispose();
        Trap.Dispose();
        await RemoveAsync(_name);
    }

    private static async Task RemoveAsync(string name)
    {
        await Shell.RunAsync("ip", ["link", "delete", $"{name}-o"]);
        await Shell.RunAsync("ip", ["netns", "delete", name]);
    }

    private static string Before(string address)
    {
        var bytes = IPAddress.Parse(address).GetAddressBytes();
        bytes[3]--;
        return new IPAddress(bytes).ToString();
    }

    private static Socket Listen()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Any, Port));
        socket.Listen();
        return socket;
    }

    // Datagrams come back as they are.
    private async Task EchoAsync()
    {
        var buffer = new byte[2048];
        while (true)
        {
            try
            {
                var received = await _echo.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                await _echo.SendToAsync(buffer.AsMemory(0, received.ReceivedBytes), received.RemoteEndPoint);
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return;
            }
            catch (SocketException)
            {
                // Whoever asked is gone.
            }
        }
    }
}
