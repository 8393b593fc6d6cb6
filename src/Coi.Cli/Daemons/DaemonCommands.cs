using System.CommandLine;
using System.Globalization;
using Coi.Cli.CommandLine;
using Coi.Cli.Containers;
using Coi.Contracts;

namespace Coi.Cli.Daemons;

/// <summary><c>coi daemon status</c>.</summary>
internal sealed class DaemonStatusCommand : CoiCommand
{
    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    public DaemonStatusCommand() : base("status", "Show whether coid runs, and how it sees Incus") => Options.Add(_format);

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
        [new("daemon status", "exit code 1 when coid does not run; it is not started"), new("daemon status --format=json", "the same for programs")];

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var json = OutputFormat.IsJson(invocation, _format);
        using var daemon = Daemon.IfRunning(invocation.Surroundings);
        var status = daemon is null ? null : await daemon.GetAsync("v1/status", "asking for its status", ContractsJson.Default.DaemonStatus, CancellationToken.None);
        if (json) OutputFormat.WriteJson(invocation.Surroundings, new DaemonReport(status is not null, daemon?.Socket, status), DaemonJson.Default.DaemonReport);
        else if (daemon is null || status is null) invocation.Surroundings.Out.WriteLine("coid is not running");
        else Write(daemon, status, invocation.Surroundings.Out);
        return status is null ? ExitCodes.Failure : ExitCodes.Success;
    }

    private static void Write(Daemon daemon, DaemonStatus status, TextWriter output)
    {
        output.WriteLine("coid is running");
        Line("Version", status.Version);
        Line("Process", status.Pid.ToString(CultureInfo.InvariantCulture));
        Line("Since", status.StartedAt.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
        Line("Memory", $"{status.ResidentBytes / 1048576.0:0} MiB");
        Line("Containers", status.Containers.ToString(CultureInfo.InvariantCulture));
        Line("Home", status.Home);
        Line("Socket", daemon.Socket);
        Line("Journal", status.Journal);
        if (status.JournalProblem is { } unwritable) Wrong(unwritable);
        foreach (var aside in status.JournalsSetAside) Line("", $"an earlier one was damaged and is kept as {aside}");
        Line("Log", status.Log);
        Line("Incus", status.IncusVersion is { } version ? $"{version} on {status.IncusSocket}" : "does not answer");
        if (status.IncusProblem is { } problem) Wrong(problem);
        for (var i = 0; i < status.Failed.Count; i++) Line(i == 0 ? "Failed" : "", $"{status.Failed[i].Name}: {status.Failed[i].Problem.Message} ({status.Failed[i].Problem.Hint})");
        if (status.ReconciledAt is { } at)
        {
            Line("Compared", $"{ListingText.Moment(at)} with Incus, because {status.ReconciledWhy}: {status.Reconciled?.Journal} in the journal, {status.Reconciled?.Incus} in Incus");
            if (status.Reconciliation.Count == 0) Line("", "everything was as it should be");
        }
        else
        {
            Line("Compared", "not yet with Incus");
        }

        foreach (var line in status.Reconciliation) Line("", line);

        void Wrong(Problem problem)
        {
            Line("", problem.Message);
            if (problem.Hint is { } hint) Line("", hint);
        }

        void Line(string label, string value) => output.WriteLine($"  {(label.Length > 0 ? label + ":" : ""),-12} {value}");
    }
}

/// <summary><c>coi daemon start</c>.</summary>
internal sealed class DaemonStartCommand : CoiCommand
{
    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    public DaemonStartCommand() : base("start", "Start coid unless it runs; other commands do so by themselves") => Options.Add(_format);

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples => [new("daemon start", "succeeds as soon as coid answers")];

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var json = OutputFormat.IsJson(invocation, _format);
        using var daemon = Daemon.Of(invocation.Surroundings);
        var status = await daemon.GetAsync("v1/status", "asking for its status", ContractsJson.Default.DaemonStatus, CancellationToken.None);
        if (json) OutputFormat.WriteJson(invocation.Surroundings, new DaemonReport(true, daemon.Socket, status), DaemonJson.Default.DaemonReport);
        else invocation.Surroundings.Out.WriteLine($"coid {status.Version} is running (process {status.Pid})");
        return ExitCodes.Success;
    }
}

/// <summary><c>coi daemon stop</c>.</summary>
internal sealed class DaemonStopCommand : CoiCommand
{
    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    public DaemonStopCommand() : base("stop", "Stop coid and wait until it has ended; sessions go on") => Options.Add(_format);

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples => [new("daemon stop", "the next command starts it again")];

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var json = OutputFormat.IsJson(invocation, _format);
        using var daemon = Daemon.IfRunning(invocation.Surroundings);
        int? pid = daemon is null ? null : await daemon.StopAsync(CancellationToken.None);
        if (json) OutputFormat.WriteJson(invocation.Surroundings, new StoppedDaemon(pid is not null, pid), DaemonJson.Default.StoppedDaemon);
        else invocation.Surroundings.Out.WriteLine(pid is null ? "coid is not running" : $"coid has stopped (process {pid}); sessions go on");
        return ExitCodes.Success;
    }
}
