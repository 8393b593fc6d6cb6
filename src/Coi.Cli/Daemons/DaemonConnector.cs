using System.Buffers.Binary;
using System.Net.Sockets;
using Coi.Contracts;

namespace Coi.Cli.Daemons;

/// <summary>Connects to the daemon's socket; a connection that was made to see whether anybody answers is used and not thrown away.</summary>
internal sealed class DaemonConnector(string path) : IDisposable
{
    /// <summary>Problem code of a daemon that is not there.</summary>
    public const string Absent = "daemon.absent";

    private Socket? _ready;

    /// <summary>Whether somebody answered.</summary>
    public bool HasConnected { get; private set; }

    /// <summary>Process that listened when we connected; 0 when that is not known.</summary>
    public int ListenerPid { get; private set; }

    /// <summary>Connects when somebody answers.</summary>
    /// <exception cref="ProblemException">There is somebody, but not for us.</exception>
    public bool TryConnect()
    {
        if (_ready is not null) return true;
        var socket = NewSocket();
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException e)
        {
            socket.Dispose();
            if (e.SocketErrorCode == SocketError.AccessDenied)
            {
                throw new ProblemException(
                    new Problem("daemon.denied", $"no permission on coid's socket {path}", "it belongs to another user; set COI_HOME to a home of your own"), e);
            }

            return false;
        }

        _ready = socket;
        HasConnected = true;
        ListenerPid = PeerOf(socket);
        return true;
    }

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _ready, null) is { } ready) return new NetworkStream(ready, ownsSocket: true);
        var socket = NewSocket();
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The failure that nobody answers.</summary>
    public ProblemException NobodyAnswers(SocketException? cause) => new(
        // .NET words ENOENT as "Cannot assign requested address", which helps nobody.
        new Problem(Absent, $"coid does not answer: {(File.Exists(path) ? "nobody listens on" : "there is no socket")} {path}", "'coi daemon start' starts it"), cause);

    /// <summary>Forgets the daemon that answered, since it has ended.</summary>
    public void Forget()
    {
        Interlocked.Exchange(ref _ready, null)?.Dispose();
        HasConnected = false;
        ListenerPid = 0;
    }

    /// <inheritdoc />
    public void Dispose() => _ready?.Dispose();

    private static Socket NewSocket() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    private static int PeerOf(Socket socket)
    {
        const int socketLevel = 1, peerCredentials = 17; // SOL_SOCKET, SO_PEERCRED: struct ucred { pid, uid, gid }
        Span<byte> credentials = stackalloc byte[12];
        return socket.GetRawSocketOption(socketLevel, peerCredentials, credentials) == credentials.Length
            ? BinaryPrimitives.ReadInt32LittleEndian(credentials)
            : 0;
    }
}
