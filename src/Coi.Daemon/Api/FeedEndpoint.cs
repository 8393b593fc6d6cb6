using System.Text.Json;
using Akka.Actor;
using Akka.Hosting;
using Coi.Contracts;
using Coi.Daemon.Feed;
using Coi.Daemon.History;
using Coi.Daemon.Hosting;
using Coi.Daemon.Index;
using Coi.Domain.History;
using Coi.Domain.Slots;

namespace Coi.Daemon.Api;

/// <summary><c>GET /v1/events</c>: the present state, and with <c>?follow=true</c> what happens from then on.</summary>
internal sealed class FeedEndpoint(IRequiredActor<IndexActor> index, IRequiredActor<FeedActor> feed, DaemonLifetime lifetime, TimeProvider time)
{
    private static readonly byte[] NewLine = "\n"u8.ToArray();

    /// <summary>Streams until the client goes, the daemon stops, or the client does not keep up.</summary>
    public async Task FollowAsync(HttpContext context)
    {
        var follow = context.Request.Query["follow"] == "true";
        context.Response.ContentType = Protocol.Ndjson;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.Stopping);
        var reader = new FeedReader();
        index.ActorRef.Tell(new IndexProtocol.Watch(reader));
        try
        {
            await foreach (var message in reader.ReadAsync(ending.Token))
            {
                await WriteAsync(context, Line(message));
                if (!follow) return;
            }

            await WriteAsync(context, new FeedLine(FeedLine.Resync));
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The client is gone, or the daemon ends: the stream ends with it.
        }
        finally
        {
            feed.ActorRef.Tell(new FeedProtocol.Leave(reader));
        }
    }

    private FeedLine Line(object message) => message switch
    {
        IndexProtocol.Containers state => new FeedLine(FeedLine.State, Containers: state.ToSummaries()),
        SlotStep step => new FeedLine(FeedLine.Event, What: step.ToHistory()),
        IRecord record => new FeedLine(FeedLine.Event, What: record.ToHistory()),
        FeedProtocol.BuildStep step => new FeedLine(FeedLine.Event, What: step.ToHistory(time.GetUtcNow())),
        _ => throw new InvalidOperationException($"{message.GetType().Name} is not handled by {nameof(Line)}"),
    };

    private static async Task WriteAsync(HttpContext context, FeedLine line)
    {
        await JsonSerializer.SerializeAsync(context.Response.Body, line, ContractsJson.Default.FeedLine, context.RequestAborted);
        await context.Response.Body.WriteAsync(NewLine, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
