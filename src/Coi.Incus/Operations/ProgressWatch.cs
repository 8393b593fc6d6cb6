using System.Globalization;
using System.Text.Json;

namespace Coi.Incus;

/// <summary>Reads operation events on a socket of its own and reports those of one operation.</summary>
internal sealed class ProgressWatch : IAsyncDisposable
{
    private static readonly TimeSpan LastReports = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource<string> _operation = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop;
    private readonly IProgress<OperationProgress> _progress;
    private readonly EventConnection _connection;
    private readonly Task _reading;

    private ProgressWatch(EventConnection connection, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        (_connection, _progress) = (connection, progress);
        _reading = ReadAsync(_stop.Token);
    }

    /// <summary>Listens; null when Incus lets its listener wait (seen for 30 s and more), as the operation is worth more than its progress.</summary>
    public static async Task<ProgressWatch?> TryOpenAsync(EventsApi events, IProgress<OperationProgress> progress, Deadline deadline)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token);
        patience.CancelAfter(Patience);
        try
        {
            var connection = await events.ConnectAsync(EventFilter.Operation, patience.Token);
            return new ProgressWatch(connection, progress, deadline.Token);
        }
        catch (Exception error) when (error is IncusTimeoutException or OperationCanceledException && !deadline.Token.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Names the operation whose events are wanted; those that came earlier are still in the socket.</summary>
    public void Follow(string operationId) => _operation.TrySetResult(operationId);

    public async ValueTask DisposeAsync()
    {
        // The operation's last reports may still be in the socket: they get a moment, but do not hold up its end.
        if (!_operation.Task.IsCompleted) await _stop.CancelAsync();
        else _stop.CancelAfter(LastReports);
        await _reading;
        _connection.Dispose();
        _stop.Dispose();
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var id = await _operation.Task.WaitAsync(cancellationToken);
            while (await _connection.ReadAsync(cancellationToken) is { } received)
            {
                if (received.Metadata.ValueKind == JsonValueKind.Object
                    && received.Metadata.TryGetProperty("id", out var other) && other.ValueEquals(id))
                {
                    Report(received.Metadata);
                    if (HasEnded(received.Metadata)) return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The operation has ended; nobody waits for progress any more.
        }
        catch (Exception error) when (error is IncusException or IncusUnavailableException)
        {
            // Progress is an extra: the operation itself is awaited elsewhere and says how it really ends.
        }
    }

    private static bool HasEnded(JsonElement operation) =>
        operation.TryGetProperty("status_code", out var code) && code.TryGetInt32(out var number) && number >= 200;

    private void Report(JsonElement operation)
    {
        var description = Text(operation, "description") ?? "";
        if (!operation.TryGetProperty("metadata", out var metadata) || metadata.ValueKind != JsonValueKind.Object)
        {
            _progress.Report(new OperationProgress(description, "", Text(operation, "status") ?? ""));
            return;
        }

        foreach (var entry in metadata.EnumerateObject())
        {
            // Incus reports as "<stage>_progress": "<words>", and beside it "progress": { "stage", "percent", … }.
            if (!entry.Name.EndsWith("_progress", StringComparison.Ordinal) || entry.Value.ValueKind != JsonValueKind.String) continue;
            _progress.Report(new OperationProgress(
                description, entry.Name[..^"_progress".Length], entry.Value.GetString() ?? "", Percent(metadata)));
        }
    }

    private static int? Percent(JsonElement metadata) =>
        metadata.TryGetProperty("progress", out var progress) && Text(progress, "percent") is { } text
        && int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var percent)
            ? percent
            : null;

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
