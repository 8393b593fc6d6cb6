using System.CommandLine;
using System.Text;
using System.Text.Json;
using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Contracts;

namespace Coi.Cli.History;

/// <summary><c>coi events</c>.</summary>
internal sealed class EventsCommand : CoiCommand
{
    // As a shell says that a program ended because nobody reads what it writes.
    private const int ReaderGone = ExitCodes.Signalled + 13;

    private readonly Option<bool> _follow = new("--follow", "-f") { Description = "Go on with what happens, until Ctrl-C" };

    /// <summary>Makes the command.</summary>
    public EventsCommand() : base("events", "Show what there is and what happens, as lines of JSON for programs") => Options.Add(_follow);

    /// <inheritdoc />
    public override string Details =>
        "The first line has type \"state\" and holds all containers; lines of type \"event\" follow, of containers and of builds.\n" +
        "A reader that does not keep up gets a line of type \"resync\" in place of what was left out, and then the state again.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [new("events", "what there is now"), new("events --follow", "and what happens from now on")];

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var follow = invocation.Value(_follow);
        await using var output = new DescriptorOutput(1);
        using var interruption = Interruption.Watch();
        using var daemon = Daemon.Of(invocation.Surroundings);
        try
        {
            while (true)
            {
                var last = "";
                await foreach (var line in daemon.LinesAsync(follow ? "v1/events?follow=true" : "v1/events", "following events", interruption.Token))
                {
                    last = TypeOf(line);
                    if (!TryWrite(output, line)) return ReaderGone;
                }

                if (!follow) return ExitCodes.Success;
                if (last != FeedLine.Resync) throw AnswerStream.CutOff("following events", null);
            }
        }
        catch (OperationCanceledException) when (interruption.Came)
        {
            return interruption.ExitCode;
        }
    }

    private static bool TryWrite(DescriptorOutput output, string line)
    {
        try
        {
            output.Write(Encoding.UTF8.GetBytes(line + "\n"));
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string TypeOf(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, ContractsJson.Default.FeedLine)?.Type ?? "";
        }
        catch (JsonException e)
        {
            throw AnswerStream.NotUnderstood("following events", e);
        }
    }
}
