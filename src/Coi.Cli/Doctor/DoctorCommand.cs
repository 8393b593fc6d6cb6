using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Cli.Sessions;
using Coi.Cli.Versions;
using Coi.Contracts;

namespace Coi.Cli.Doctor;

/// <summary><c>coi doctor</c>.</summary>
internal sealed class DoctorCommand : CoiCommand
{
    private readonly Option<bool> _drift = new("--drift") { Description = "Show where Incus differs from what coi wants; nothing is changed" };
    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    public DoctorCommand() : base("doctor", "Check that everything coi needs is there and as it should be")
    {
        Options.Add(_drift);
        Options.Add(_format);
    }

    /// <inheritdoc />
    public override string Details => "Exit code 1 when something has failed, and with --drift when there is a difference.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("doctor", "all checks, with what to do"),
        new("doctor --drift", "wanted against found"),
        new("doctor --drift --format=json", "for programs"),
    ];

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var asJson = OutputFormat.IsJson(invocation, _format);
        using var daemon = Daemon.Of(invocation.Surroundings);
        return invocation.Value(_drift) ? await DriftAsync(daemon, asJson, invocation.Surroundings) : await CheckAsync(daemon, asJson, invocation.Surroundings);
    }

    private static async Task<int> CheckAsync(Daemon daemon, bool asJson, Surroundings surroundings)
    {
        var status = await daemon.GetAsync("v1/status", "asking for its status", ContractsJson.Default.DaemonStatus, CancellationToken.None);
        var request = Daemon.Body(new DoctorRequest(ClientContexts.Of(surroundings)), ContractsJson.Default.DoctorRequest);
        var report = await daemon.CallAsync(HttpMethod.Post, "v1/doctor", request, "checking", ContractsJson.Default.DoctorReport, CancellationToken.None);
        report = new DoctorReport([Version(status.Version), .. report.Checks]);
        if (asJson) OutputFormat.WriteJson(surroundings, report, ContractsJson.Default.DoctorReport);
        else Render(report, surroundings.Out);
        return report.Checks.Any(check => check.State == DoctorCheck.Failed) ? ExitCodes.Failure : ExitCodes.Success;
    }

    private static async Task<int> DriftAsync(Daemon daemon, bool asJson, Surroundings surroundings)
    {
        var drift = await daemon.GetAsync("v1/drift", "comparing with Incus", ContractsJson.Default.DriftReport, CancellationToken.None);
        if (asJson) OutputFormat.WriteJson(surroundings, drift, ContractsJson.Default.DriftReport);
        else if (drift.Differences.Count == 0) surroundings.Out.WriteLine("Incus has what coi wants, and nothing else of coi's.");
        else
        {
            foreach (var one in drift.Differences)
                surroundings.Out.WriteLine($"  {one.Kind} {one.Name}\n    Wanted: {one.Wanted}\n    Found: {one.Found}\n    At the next comparison: {one.Remedy}");
        }

        return drift.Differences.Count > 0 ? ExitCodes.Failure : ExitCodes.Success;
    }

    // A newer coi has replaced an older coid by now; a newer coid serves an older coi.
    private static DoctorCheck Version(string daemon) => daemon == ProgramVersion.Number
        ? new("version", DoctorCheck.Ok, $"coi and coid {daemon}")
        : new("version", DoctorCheck.Warning, $"coi {ProgramVersion.Number} talks to coid {daemon}", "'coi daemon stop' lets coi start its own; sessions go on");

    private static void Render(DoctorReport report, TextWriter output)
    {
        foreach (var check in report.Checks)
        {
            var mark = check.State switch { DoctorCheck.Ok => "✓", DoctorCheck.Warning => "!", _ => "✗" };
            output.WriteLine($"  {mark} {check.Name + ":",-16} {check.Message}");
            if (check is { State: not DoctorCheck.Ok, Hint: { } hint }) output.WriteLine($"    {"",-16} {hint}");
        }
    }
}
