using System.Security.Cryptography;

namespace Coi.Incus;

/// <summary>
/// The cryptography of a websocket's handshake and masks (RFC 6455, 4.1 and 5.3). On Linux it is OpenSSL's, and loading that takes as long as
/// a round trip to Incus: it is loaded while Incus thinks about the command.
/// </summary>
internal static class WebSocketKeys
{
    private static readonly Lazy<Task> Loading = new(() => Task.Run(Load));

    /// <summary>Begins to load it, once in a process.</summary>
    public static void Prepare() => _ = Loading.Value;

    private static void Load()
    {
        Span<byte> mask = stackalloc byte[4];
        RandomNumberGenerator.Fill(mask);
    }
}
