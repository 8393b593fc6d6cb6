using Akka.Actor;
using Akka.Hosting;
using Coi.Contracts;
using Coi.Daemon.Api;
using Coi.Daemon.Configuration;
using Coi.Daemon.Hosting;
using Coi.Daemon.Incus;
using Coi.Daemon.Index;
using Coi.Daemon.Reconciliation;
using Coi.Daemon.Slots;
using Coi.Domain.Configuration;
using Coi.Incus;

namespace Coi.Daemon.Doctor;

/// <summary>Routes that look whether all is well, and change nothing.</summary>
internal sealed class DoctorEndpoint(
    IncusChecks incusChecks, HomeChecks homeChecks, ContainerIndex index, IRequiredActor<ReconcilerActor> reconciler, IncusClient incus, DaemonHome home, ProcessOwner owner)
{
    private static readonly TimeSpan AskDeadline = TimeSpan.FromSeconds(5);

    /// <summary><c>POST /v1/doctor</c>.</summary>
    public async Task CheckAsync(HttpContext context)
    {
        if (await ApiResults.ReadAsync(context, ContractsJson.Default.DoctorRequest) is not { } request) return;
        var result = ConfigurationLoader.Load(new ConfigurationRequest { Home = owner.HomeDirectory, Environment = request.Client.Environment });
        var configuration = result is ConfigurationResult.Loaded loaded ? loaded.Configuration : new EffectiveConfiguration(ConfigurationKeys.Defaults);
        var checks = new List<DoctorCheck>
        {
            result is ConfigurationResult.Refused refused && refused.ToFailure() is var failure
                ? new("configuration", DoctorCheck.Failed, failure.Message, "coi config check")
                : new("configuration", DoctorCheck.Ok, "the configuration can be used"),
        };
        checks.AddRange(await Task.Run(homeChecks.Run, context.RequestAborted));
        checks.AddRange(await incusChecks.RunAsync(configuration, context.RequestAborted));
        checks.AddRange(await SlotsAsync(context.RequestAborted));
        await ApiResults.JsonAsync(context, new DoctorReport(checks), ContractsJson.Default.DoctorReport);
    }

    /// <summary><c>GET /v1/drift</c>.</summary>
    public async Task DriftAsync(HttpContext context)
    {
        IncusReading reading;
        try
        {
            reading = await IncusReading.ReadAsync(incus, index.AllAsync, context.RequestAborted);
        }
        catch (Exception ex) when (ex is IncusException or IncusUnavailableException or IncusTimeoutException
            || (ex is OperationCanceledException && !context.RequestAborted.IsCancellationRequested))
        {
            await ApiResults.ProblemAsync(context, 503, IncusFailures.Explain(ex).ToProblem());
            return;
        }

        await ApiResults.JsonAsync(
            context,
            new DriftReport([.. Drift.Find(home, reading).Select(d => new DriftItem(d.Kind, d.Name, d.Wanted, d.Found, d.Remedy))]),
            ContractsJson.Default.DriftReport);
    }

    private async Task<IEnumerable<DoctorCheck>> SlotsAsync(CancellationToken cancellationToken)
    {
        var failed = (await index.ListAsync(cancellationToken)).Where(entry => entry.Failure is not null).Select(entry => new DoctorCheck(
            "slot",
            entry.Failure?.Code == SlotProtocol.FailedCode ? DoctorCheck.Failed : DoctorCheck.Warning,
            $"{entry.State.Spec?.Container}: {entry.Failure?.Message}",
            entry.Failure?.Hint));
        var report = await reconciler.ActorRef.Ask<ReconcilerProtocol.Report>(ReconcilerProtocol.GetReport.Instance, AskDeadline, cancellationToken);
        return failed.Append(report.Completed
            ? new DoctorCheck("reconciliation", DoctorCheck.Ok, $"journal and Incus were compared at {report.At:yyyy-MM-dd HH:mm:ss} UTC ({report.Why}): {(report.Lines.Count == 0 ? "no differences" : $"{report.Lines.Count} differences, see `coi daemon status`")}")
            : new DoctorCheck("reconciliation", DoctorCheck.Warning, "journal and Incus have not been compared since the daemon started", "Incus must answer first"));
    }
}
