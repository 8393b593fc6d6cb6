using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Coi.EndToEnd.Tests.Support;

/// <summary>A stand-in for the service that Claude Code talks to: it answers every question, and keeps what was asked.</summary>
internal sealed class MessagesApi
{
    private readonly ConcurrentQueue<JsonObject> _requests = new();

    /// <summary>What is answered.</summary>
    public string Answer { get; set; } = "understood";

    /// <summary>Paths that were asked for.</summary>
    public ConcurrentQueue<string> Paths { get; } = new();

    /// <summary>Requests whose newest message contains a text.</summary>
    public IReadOnlyList<JsonObject> Asking(string question) =>
        [.. _requests.Where(r => r["messages"]?.AsArray().LastOrDefault()?.ToJsonString().Contains(question, StringComparison.Ordinal) == true)];

    /// <summary>Answers a request.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        Paths.Enqueue($"{context.Request.Method} {context.Request.Path}");
        if (context.Request.Method != "POST" || context.Request.Path != "/v1/messages")
        {
            context.Response.StatusCode = context.Request.Path == "/v1/messages/count_tokens" ? 200 : 404;
            await context.Response.WriteAsJsonAsync(context.Response.StatusCode == 200
                ? new JsonObject { ["input_tokens"] = 10 }
                : new JsonObject { ["type"] = "error", ["error"] = new JsonObject { ["type"] = "not_found_error", ["message"] = "not here" } });
            return;
        }

        var request = (await JsonNode.ParseAsync(context.Request.Body))?.AsObject() ?? [];
        _requests.Enqueue(request);
        if ((bool?)request["stream"] == true) await StreamAsync(context.Response, (string?)request["model"] ?? "model");
        else await context.Response.WriteAsJsonAsync(Message((string?)request["model"] ?? "model", new JsonArray(new JsonObject { ["type"] = "text", ["text"] = Answer }), "end_turn"));
    }

    private async Task StreamAsync(HttpResponse response, string model)
    {
        response.ContentType = "text/event-stream";
        await EventAsync(response, new JsonObject { ["type"] = "message_start", ["message"] = Message(model, [], null) });
        await EventAsync(response, new JsonObject { ["type"] = "content_block_start", ["index"] = 0, ["content_block"] = new JsonObject { ["type"] = "text", ["text"] = "" } });
        await EventAsync(response, new JsonObject { ["type"] = "content_block_delta", ["index"] = 0, ["delta"] = new JsonObject { ["type"] = "text_delta", ["text"] = Answer } });
        await EventAsync(response, new JsonObject { ["type"] = "content_block_stop", ["index"] = 0 });
        await EventAsync(response, new JsonObject
        {
            ["type"] = "message_delta",
            ["delta"] = new JsonObject { ["stop_reason"] = "end_turn", ["stop_sequence"] = null },
            ["usage"] = new JsonObject { ["output_tokens"] = 5 },
        });
        await EventAsync(response, new JsonObject { ["type"] = "message_stop" });
    }

    private static JsonObject Message(string model, JsonArray content, string? stop) => new()
    {
        ["id"] = $"msg_{Guid.NewGuid():N}",
        ["type"] = "message",
        ["role"] = "assistant",
        ["model"] = model,
        ["content"] = content,
        ["stop_reason"] = stop,
        ["stop_sequence"] = null,
        ["usage"] = new JsonObject { ["input_tokens"] = 10, ["output_tokens"] = 1 },
    };

    private static Task EventAsync(HttpResponse response, JsonObject data) =>
        response.WriteAsync($"event: {(string?)data["type"]}\ndata: {data.ToJsonString()}\n\n");
}
