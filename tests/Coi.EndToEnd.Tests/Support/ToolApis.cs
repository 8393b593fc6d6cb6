using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Coi.EndToEnd.Tests.Support;

/// <summary>A stand-in for the services that Codex, OpenCode and Gemini CLI talk to: it answers every question, and keeps what was asked.</summary>
internal sealed class ToolApis
{
    private readonly ConcurrentQueue<string> _requests = new();

    /// <summary>What is answered.</summary>
    public string Answer { get; set; } = "understood";

    /// <summary>Bodies of the requests in which a text occurs.</summary>
    public IReadOnlyList<string> Asking(string text) => [.. _requests.Where(body => body.Contains(text, StringComparison.Ordinal))];

    /// <summary>Answers a request.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        _requests.Enqueue(await reader.ReadToEndAsync());
        var path = context.Request.Path.Value ?? "";
        if (path.EndsWith("/responses", StringComparison.Ordinal)) await ResponsesAsync(context.Response);
        else if (path.EndsWith("/chat/completions", StringComparison.Ordinal)) await CompletionsAsync(context.Response);
        else if (path.EndsWith(":streamGenerateContent", StringComparison.Ordinal)) await EventAsync(context.Response, Candidates());
        else if (path.EndsWith(":generateContent", StringComparison.Ordinal)) await context.Response.WriteAsJsonAsync(Candidates());
        else await context.Response.WriteAsJsonAsync(new JsonObject { ["data"] = new JsonArray(), ["models"] = new JsonArray(), ["totalTokens"] = 3 });
    }

    // The OpenAI Responses API.
    private async Task ResponsesAsync(HttpResponse response)
    {
        JsonObject Item(JsonArray content) => new() { ["type"] = "message", ["id"] = "msg_1", ["role"] = "assistant", ["status"] = "completed", ["content"] = content };
        await EventAsync(response, new JsonObject { ["type"] = "response.created", ["response"] = new JsonObject { ["id"] = "r1" } });
        await EventAsync(response, new JsonObject { ["type"] = "response.output_item.added", ["output_index"] = 0, ["item"] = Item([]) });
        await EventAsync(response, new JsonObject { ["type"] = "response.output_text.delta", ["item_id"] = "msg_1", ["output_index"] = 0, ["content_index"] = 0, ["delta"] = Answer });
        await EventAsync(response, new JsonObject
        {
            ["type"] = "response.output_item.done",
            ["output_index"] = 0,
            ["item"] = Item([new JsonObject { ["type"] = "output_text", ["text"] = Answer, ["annotations"] = new JsonArray() }]),
        });
        await EventAsync(response, new JsonObject
        {
            ["type"] = "response.completed",
            ["response"] = new JsonObject { ["id"] = "r1", ["usage"] = new JsonObject { ["input_tokens"] = 1, ["output_tokens"] = 1, ["total_tokens"] = 2 } },
        });
    }

    // The OpenAI Chat Completions API.
    private async Task CompletionsAsync(HttpResponse response)
    {
        await EventAsync(response, Chunk(new JsonObject { ["role"] = "assistant", ["content"] = Answer }, null));
        await EventAsync(response, Chunk([], "stop"));
        await response.WriteAsync("data: [DONE]\n\n");
    }

    private static JsonObject Chunk(JsonObject delta, string? end) => new()
    {
        ["id"] = "c1",
        ["object"] = "chat.completion.chunk",
        ["created"] = 1,
        ["model"] = "m",
        ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = end }),
    };

    // The Gemini API.
    private JsonObject Candidates() => new()
    {
        ["candidates"] = new JsonArray(new JsonObject
        {
            ["content"] = new JsonObject { ["role"] = "model", ["parts"] = new JsonArray(new JsonObject { ["text"] = Answer }) },
            ["finishReason"] = "STOP",
            ["index"] = 0,
        }),
        ["usageMetadata"] = new JsonObject { ["promptTokenCount"] = 1, ["candidatesTokenCount"] = 1, ["totalTokenCount"] = 2 },
    };

    private static Task EventAsync(HttpResponse response, JsonObject data)
    {
        if (!response.HasStarted) response.ContentType = "text/event-stream";
        var name = (string?)data["type"] is { } type ? $"event: {type}\n" : "";
        return response.WriteAsync($"{name}data: {data.ToJsonString()}\n\n");
    }
}
