namespace Coi.Incus;

internal sealed partial class IncusTransport
{
    /// <summary>Sends a request whose answer is a stream of bytes; the caller disposes the answer.</summary>
    public async Task<HttpResponseMessage> SendRawAsync(
        string action, HttpRequestMessage request, Deadline deadline)
    {
        try
        {
            var response = await _http.SendAsync(request, deadline.Token);
            if (response.IsSuccessStatusCode) return response;
            using (response)
            {
                await ReadEnvelopeAsync(action, response, deadline.Token);
                throw new IncusException(action, (int)response.StatusCode, null);
            }
        }
        catch (Exception error) when (Convert(error, deadline) is { } converted)
        {
            throw converted;
        }
    }

    /// <summary>Sends a HEAD request, whose answer has no body to explain anything; the caller looks at its status.</summary>
    public async Task<HttpResponseMessage> SendHeadAsync(HttpRequestMessage request, Deadline deadline)
    {
        try
        {
            return await _http.SendAsync(request, deadline.Token);
        }
        catch (Exception error) when (Convert(error, deadline) is { } converted)
        {
            throw converted;
        }
    }

    /// <summary>Copies an answer's bytes.</summary>
    public async Task CopyAsync(HttpResponseMessage response, Stream destination, Deadline deadline)
    {
        await using var body = await OpenAsync(response, deadline);
        var buffer = new byte[64 * 1024];
        while (await ReadSomeAsync(body, buffer, deadline) is > 0 and var count)
            await destination.WriteAsync(buffer.AsMemory(0, count), deadline.Token);
    }

    /// <summary>Reads an answer's envelope.</summary>
    public async Task<Envelope> ReadAsync(string action, HttpResponseMessage response, Deadline deadline)
    {
        try
        {
            return await ReadEnvelopeAsync(action, response, deadline.Token);
        }
        catch (Exception error) when (Convert(error, deadline) is { } converted)
        {
            throw converted;
        }
    }

    private async Task<Stream> OpenAsync(HttpResponseMessage response, Deadline deadline)
    {
        try
        {
            return await response.Content.ReadAsStreamAsync(deadline.Token);
        }
        catch (Exception error) when (Convert(error, deadline) is { } converted)
        {
            throw converted;
        }
    }

    // Apart from writing, so that a full local disk is not taken for a silent Incus.
    private async Task<int> ReadSomeAsync(Stream body, byte[] buffer, Deadline deadline)
    {
        try
        {
            return await body.ReadAsync(buffer, deadline.Token);
        }
        catch (Exception error) when (Convert(error, deadline) is { } converted)
        {
            throw converted;
        }
    }
}
