using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Coi.Contracts;

namespace Coi.Cli.Daemons;

/// <summary>How a request reaches a daemon that may not run yet, or not be the right one.</summary>
internal sealed partial class Daemon
{
    /// <summary>Problem code of a daemon that is on its way out.</summary>
    private const string DaemonStopping = "daemon.stopping";

    /// <summary>Asks it to stop and waits until its process has ended.</summary>
    /// <returns>The process id that it had.</returns>
    public async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        using var process = ProcessEnd.Of(_connector.ListenerPid);
        using var answer = await SendOnceAsync(HttpMethod.Post, "v1/stop", [], "stopping it", cancellationToken, cancellationToken);
        var stopping = await ReadAsync(answer, "stopping it", ContractsJson.Default.Stopping, cancellationToken, cancellationToken);
        await process.WaitAsync("waiting for coid to end", _surroundings.Time, cancellationToken);
        return stopping.Pid;
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, byte[]? body, string step, CancellationToken deadline, CancellationToken cancellationToken)
    {
        var hasGone = false;
        while (true)
        {
            if (!_connector.HasConnected && !_connector.TryConnect())
            {
                if (!_starts) throw _connector.NobodyAnswers(null);
                await StartAsync(cancellationToken);
            }

            HttpResponseMessage response;
            try
            {
                response = await SendOnceAsync(method, path, body, step, deadline, cancellationToken);
            }
            catch (ProblemException e) when (_starts && !hasGone && MayBeAskedAgain(method, e.Problem.Code))
            {
                // It answered earlier, perhaps hours ago before a terminal was attached, and has ended since; or it was killed in this
                // moment, and the request was one that only reads.
                hasGone = true;
                _connector.Forget();
                continue;
            }

            if (_replaced || response.StatusCode is not (HttpStatusCode.UpgradeRequired or HttpStatusCode.ServiceUnavailable)) return response;
            using (response)
            {
                var problem = await ProblemOfAsync(response, step, cancellationToken);
                if (problem.Problem.Code is not (Protocol.DaemonOlder or DaemonStopping)) throw problem;
                _replaced = true; // once: a second refusal is an answer
                await ReplaceAsync(problem.Problem.Code == Protocol.DaemonOlder, cancellationToken);
            }
        }
    }

    private static bool MayBeAskedAgain(HttpMethod method, string code) =>
        code == DaemonConnector.Absent || (code == AnswerStream.CutOffCode && method == HttpMethod.Get);

    private async Task<HttpResponseMessage> SendOnceAsync(
        HttpMethod method, string path, byte[]? body, string step, CancellationToken deadline, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        try
        {
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline);
            if (response.Headers.TryGetValues(Protocol.NoticeHeader, out var notices))
                foreach (var notice in notices) new Talk(_surroundings).Warning(Uri.UnescapeDataString(notice));
            return response;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw TooLate(step);
        }
        catch (HttpRequestException e)
        {
            throw e.InnerException is SocketException socket && e.HttpRequestError == HttpRequestError.ConnectionError
                ? _connector.NobodyAnswers(socket)
                : AnswerStream.CutOff(step, e);
        }
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        await new DaemonStarter(_surroundings, Socket, Home).StartAsync(_connector, cancellationToken);
    }

    private async Task ReplaceAsync(bool askToStop, CancellationToken cancellationToken)
    {
        // The kernel says who listens; without an answer to that there is nobody to wait for.
        using var process = ProcessEnd.Of(_connector.ListenerPid);
        if (askToStop)
        {
            new Talk(_surroundings).Say("coid is older than coi: replacing it (sessions go on)");
            using var answer = await SendOnceAsync(HttpMethod.Post, "v1/stop", [], "asking the older coid to stop", cancellationToken, cancellationToken);
            if (!answer.IsSuccessStatusCode) throw await ProblemOfAsync(answer, "asking the older coid to stop", cancellationToken);
        }

        await process.WaitAsync("waiting for the older coid to end", _surroundings.Time, cancellationToken);
        _connector.Forget();
        await StartAsync(cancellationToken);
    }
}
