using System.Runtime.InteropServices;
using Coi.Contracts;
using Coi.Daemon.Hosting;
using Coi.Daemon.Journal;

namespace Coi.Daemon.Api;

/// <summary>
/// Defends the socket: only its owner (and root) may talk, browsers and rebound names may not, and a caller that is newer than this
/// daemon is told so.
/// </summary>
internal sealed partial class ConnectionGuard(RequestDelegate next, JournalNotices notices)
{
    /// <summary>Lets a request through or answers it.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        context.Response.Headers[Protocol.VersionHeader] = DaemonVersion.Text;
        if (Refusal(context) is { } refusal)
        {
            await ApiResults.ProblemAsync(context, refusal.Status, refusal.Problem);
            return;
        }

        // Only to who can show it to a person, and only once.
        if (context.Request.Headers.ContainsKey(Protocol.TalksHeader) && notices.Take() is { } notice)
            context.Response.Headers[Protocol.NoticeHeader] = Uri.EscapeDataString(notice);
        await next(context);
    }

    private static (int Status, Problem Problem)? Refusal(HttpContext context)
    {
        if (Peer.CredentialsOf(context)?.Uid is { } uid && uid != 0 && uid != (int)GetEffectiveUserId())
        {
            return (403, new Problem("peer.denied", $"uid {uid} may not use this daemon", "Every user has a daemon of their own; unset COI_SOCKET"));
        }

        var headers = context.Request.Headers;
        if (headers.ContainsKey("Origin") || headers.ContainsKey("Referer") || context.Request.Host.Value != Protocol.Host)
        {
            return (403, new Problem("request.foreign", $"this socket is for coi; use Host: {Protocol.Host}, without Origin and Referer"));
        }

        return headers[Protocol.VersionHeader].ToString() is { Length: > 0 } caller && DaemonVersion.IsOlderThan(caller) && context.Request.Path != "/v1/stop"
            ? (426, new Problem(Protocol.DaemonOlder, $"coid {DaemonVersion.Text} is older than coi {caller}", "coi daemon stop"))
            : null;
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();
}
