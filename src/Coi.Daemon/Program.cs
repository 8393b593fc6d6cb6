using System.Text.Json;
using Coi.Contracts;
using Coi.Daemon.Api;
using Coi.Daemon.Hosting;
using Coi.Domain;

if (args is ["--version"])
{
    Console.WriteLine($"coid {DaemonVersion.Text}");
    return 0;
}

try
{
    return await DaemonHost.RunAsync();
}
catch (FailureException ex)
{
    return Refuse(ex.Failure.ToProblem());
}
catch (ProblemException ex)
{
    return Refuse(ex.Problem);
}

// The starter reads one line: `ready`, or this.
static int Refuse(Problem problem)
{
    Console.WriteLine($"error: {JsonSerializer.Serialize(problem, ContractsJson.Default.Problem)}");
    return 1;
}
