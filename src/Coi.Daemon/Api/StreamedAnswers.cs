using System.Text.Json.Serialization.Metadata;
using Akka.Actor;
using Coi.Contracts;
using Coi.Daemon.Hosting;
using Coi.Daemon.Incus;

namespace Coi.Daemon.Api;

/// <summary>Answers a request with a stream: progress while it is worked on, then its result or what failed.</summary>
internal sealed class StreamedAnswers(ActorSystem system, DaemonLifetime lifetime)
{
    /// <summary>Has something done that the client waits for; when the client goes away or the daemon stops, its token is cancelled.</summary>
    public async Task AnswerAsync<T>(HttpContext context, Func<NdjsonStream, CancellationToken, Task<T>> work, JsonTypeInfo<T> type)
    {
        await using var stream = new NdjsonStream(context, system);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.Stopping);
        try
        {
            await stream.ResultAsync(await work(stream, ending.Token), type);
        }
        catch (Exception ex) when (ex is not OperationCanceledException || !context.RequestAborted.IsCancellationRequested)
        {
            await stream.ErrorAsync(lifetime.Stopping.IsCancellationRequested
                ? new Failure("daemon.stopping", "the daemon was stopped", "Run the command again")
                : IncusFailures.Explain(ex));
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for the answer any more.
        }
    }

    /// <summary>The same for what tells its steps from any thread: they are written one after the other.</summary>
    public Task AnswerAsync<T>(HttpContext context, Func<Action<Progress>, CancellationToken, Task<T>> work, JsonTypeInfo<T> type) =>
        AnswerAsync(
            context,
            async (stream, cancellationToken) =>
            {
                var working = Task.Run(() => work(progress => stream.Self.Tell(progress), cancellationToken), CancellationToken.None);
                _ = working.ContinueWith(_ => stream.Self.Tell(Worked.Instance), TaskScheduler.Default);
                // Until the work itself has ended, also when it is cancelled: it tidies up.
                await foreach (var message in stream.ReadAsync(CancellationToken.None))
                {
                    if (message is Worked) break;
                    if (message is Progress progress && !cancellationToken.IsCancellationRequested) await stream.ProgressAsync(progress);
                }

                return await working;
            },
            type);

    private sealed record Worked
    {
        public static readonly Worked Instance = new();
    }
}
