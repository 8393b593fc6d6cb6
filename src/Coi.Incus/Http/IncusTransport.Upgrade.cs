using System.Net;
using System.Net.Http.Headers;

namespace Coi.Incus;

internal sealed partial class IncusTransport
{
    /// <summary>Turns a connection into one of another protocol, whose bytes go both ways until the stream is disposed.</summary>
    public async Task<Stream> UpgradeAsync(string action, string path, string protocol, CancellationToken cancellationToken)
    {
        using var deadline = Deadline(action, null, cancellationToken);
        try
        {
            using var request = Request(HttpMethod.Get, path);
            request.Headers.Connection.Add("Upgrade");
            request.Headers.Upgrade.Add(new ProductHeaderValue(protocol));
            var response = await _http.SendAsync(request, deadline.Token);
            if (response.StatusCode == HttpStatusCode.SwitchingProtocols) return await response.Content.ReadAsStreamAsync(deadline.Token);
            using (response)
            {
                await ReadEnvelopeAsync(action, response, deadline.Token);
                throw new IncusException(action, (int)response.StatusCode, $"Incus does not speak {protocol} here");
            }
        }
        catch (Exception error) when (Convert(error, deadline) is { } converted)
        {
            throw converted;
        }
    }
}
