using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Coi.EndToEnd.Tests.Support;

/// <summary>Another host, as far as packets can tell: a network namespace behind a veth pair, with an HTTP server in it.</summary>
internal sealed partial class NetworkHost : IAsyncDisposable
{
    /// <summary>Port of its server.</summary>
    public const int Port = 8080;

    private const int CloneNewNet = 0x40000000;
    private readonly string _name;
    private readonly WebApplication _server;
    private readonly Socket _listener;

    private NetworkHost(string name, string address, WebApplication server, Socket listener)
    {
        _name = name;
        Address = address;
        _server = server;
        _listener = listener;
    }

    /// <summary>Its IPv4 address.</summary>
    public string Address { get; }

    /// <summary>Base address of its server.</summary>
    public string Url => $"http://{Address}:{Port}";

    /// <summary>Makes a host.</summary>
    /// <param name="name">At most 10 characters.</param>
    /// <param name="address">Its address; the one before it is this machine's end of the /30.</param>
    /// <param name="answer">What its server does with requests.</param>
    public static async Task<NetworkHost> CreateAsync(string name, string address, RequestDelegate answer)
    {
        Machine.RequireRoot("making network namespaces");
        await RemoveAsync(name); // of a run that was killed
        var bytes = IPAddress.Parse(address).GetAddressBytes();
        bytes[3]--;
        var gateway = new IPAddress(bytes).ToString();
        await Shell.OutputAsync("ip", "netns", "add", name);
        await Shell.OutputAsync("ip", "link", "add", $"{name}-o", "type", "veth", "peer", "name", "eth0", "netns", name);
        await Shell.OutputAsync("ip", "address", "add", $"{gateway}/30", "dev", $"{name}-o");
        await Shell.OutputAsync("ip", "link", "set", $"{name}-o", "up");
        await Shell.OutputAsync("ip", "-n", name, "address", "add", $"{address}/30", "dev", "eth0");
        await Shell.OutputAsync("ip", "-n", name, "link", "set", "eth0", "up");
        await Shell.OutputAsync("ip", "-n", name, "route", "add", "default", "via", gateway);
        var listener = await ListenAsync(name);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(options => options.ListenHandle((ulong)listener.Handle));
        var server = builder.Build();
        server.Run(answer);
        await server.StartAsync();
        return new NetworkHost(name, address, server, listener);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(2)).Token);
        await _server.DisposeAsync();
        _listener.Dispose();
        await RemoveAsync(_name);
    }

    private static async Task RemoveAsync(string name)
    {
        await Shell.RunAsync("ip", ["link", "delete", $"{name}-o"]);
        await Shell.RunAsync("ip", ["netns", "delete", name]);
    }

    // A socket belongs to the namespace of the thread that makes it. The thread ends afterwards: it must not go back to a pool, and nothing may go on
    // running on it (a coid started from it would live in that namespace, and know its addresses only).
    private static async Task<Socket> ListenAsync(string name)
    {
        var made = new TaskCompletionSource<Socket>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                using var handle = File.OpenHandle($"/run/netns/{name}");
                if (SetNs(handle, CloneNewNet) != 0) throw new IOException($"setns: {Marshal.GetLastPInvokeErrorMessage()}");
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Any, Port));
                socket.Listen();
                made.SetResult(socket);
            }
            catch (Exception e)
            {
                made.SetException(e);
            }
        });
        thread.Start();
        return await made.Task;
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNs(Microsoft.Win32.SafeHandles.SafeFileHandle descriptor, int type);
}
