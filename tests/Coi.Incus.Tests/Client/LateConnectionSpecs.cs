using System.Net.Sockets;
using System.Text;

namespace Coi.Incus.Tests.Client;

/// <summary>Connections to Incus that say nothing keep everybody else out of it: there must be none.</summary>
public sealed class LateConnectionSpecs : IDisposable
{
    private const int Limit = 20_000;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("coi-late-");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public LateConnectionSpecs()
    {
        _listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        _listener.Listen();
    }

    private string SocketPath => Path.Combine(_directory.FullName, "s");

    [Fact(Timeout = Limit)]
    public async Task It_is_opened_by_the_first_byte()
    {
        await using var connection = new UnixSocketConnector(SocketPath).Connection();
        var answer = new byte[10];
        var reading = connection.ReadAsync(answer);
        Assert.False(_listener.Poll(TimeSpan.FromMilliseconds(50), SelectMode.SelectRead));

        await connection.WriteAsync("GET /1.0"u8.ToArray());

        using var accepted = await _listener.AcceptAsync();
        var request = new byte[20];
        Assert.Equal("GET /1.0", Encoding.ASCII.GetString(request, 0, await accepted.ReceiveAsync(request)));
        await accepted.SendAsync("HTTP"u8.ToArray());
        Assert.Equal("HTTP", Encoding.ASCII.GetString(answer, 0, await reading));
    }

    [Fact(Timeout = Limit)]
    public async Task One_that_is_given_up_before_it_was_opened_has_ended_and_is_never_opened()
    {
        var connection = new UnixSocketConnector(SocketPath).Connection();
        var reading = connection.ReadAsync(new byte[10]);

        await connection.DisposeAsync();

        Assert.Equal(0, await reading);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await connection.WriteAsync(new byte[1]));
        Assert.False(_listener.Poll(TimeSpan.FromMilliseconds(50), SelectMode.SelectRead));
    }

    [Fact(Timeout = Limit)]
    public async Task Why_it_cannot_be_opened_is_said_by_the_first_write()
    {
        _listener.Dispose();
        await using var connection = new UnixSocketConnector(SocketPath).WebSocketConnection();

        var error = await Assert.ThrowsAsync<IncusUnavailableException>(async () => await connection.WriteAsync(new byte[1]));

        Assert.Equal(IncusUnavailableReason.NoSocket, error.Reason);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _directory.Delete(recursive: true);
    }
}
