using Coi.Bench;
using Coi.Incus;

if (args is not [var program, var rounds, .. var flags])
{
    await Console.Error.WriteLineAsync("usage: Coi.Bench PATH-OF-COI ROUNDS [--check] [--scripts]; scripts/bench.sh calls it");
    return 2;
}

using var incus = new IncusClient(new IncusClientOptions());
var bench = new Measurements(new CoiProgram(program), incus, int.Parse(rounds, System.Globalization.CultureInfo.InvariantCulture));
var table = flags.Contains("--scripts") ? await bench.ScriptsAsync() : await bench.RunAsync();
table.Write(Console.Out);
return flags.Contains("--check") && !table.AllReached ? 1 : 0;
