using System.Buffers.Binary;
using Coi.Domain.Slots;
using Microsoft.AspNetCore.Connections.Features;

namespace Coi.Daemon.Api;

/// <summary>Who is at the other end of the socket, as the kernel says.</summary>
internal static class Peer
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    /// <summary>User and process; null on anything but a Unix socket.</summary>
    public static (int Uid, int Pid)? CredentialsOf(HttpContext context)
    {
        if (context.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket) return null;
        Span<byte> credentials = stackalloc byte[12]; // struct ucred: pid, uid, gid (unix(7))
        socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials);
        return (BinaryPrimitives.ReadInt32LittleEndian(credentials[4..]), BinaryPrimitives.ReadInt32LittleEndian(credentials));
    }

    /// <summary>The same for the journal, with the program's name.</summary>
    public static Requester? Of(HttpContext context) => CredentialsOf(context) is var (uid, pid) ? new Requester(uid, pid, ProgramOf(pid)) : null;

    // proc(5): at most 15 bytes and a line end. The process may be gone, or another user's behind hidepid.
    private static string? ProgramOf(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/comm").Trim();
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
