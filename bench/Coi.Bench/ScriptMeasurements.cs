using System.Diagnostics;
using Coi.Incus;

namespace Coi.Bench;

/// <summary>What scripts call again and again: questions and commands in one container that runs.</summary>
internal sealed class ScriptMeasurements(CoiProgram coi, IncusClient incus, string image)
{
    private const string Name = "coi-bench-scripts";
    private const int Questions = 100;
    private const int Commands = 500;
    private const int AtOnce = 50;
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(50);

    public async Task MeasureAsync(Table table)
    {
        await CleanAsync();
        await coi.RunAsync("container", "launch", image, Name, "--network=open");
        try
        {
            table.Add("coi container exists", await Samples.TakeAsync(Questions, _ => coi.RunAsync("container", "exists", Name)), limit: 12);
            table.Add("completion of a container's name", await Samples.TakeAsync(Questions, _ => coi.RunAsync("__complete", "--", "container", "exec", "")), limit: 30);
            await SequenceAsync(table);
            await AtOnceAsync(table);
        }
        finally
        {
            await coi.RunAsync("container", "delete", "--force", Name);
        }
    }

    // In turns, so that what the machine does besides hits both alike, and each from rest: a process that moves into the container's control groups waits for the
    // kernel's RCU, 7 to 15 ms (cgroup_procs_write_start, rcu_sync_enter), unless another one did so just before. Whoever followed closer would have that for nothing.
    private async Task SequenceAsync(Table table)
    {
        var raw = new Samples();
        var ours = new Samples();
        for (var round = 0; round <= Commands; round++)
        {
            await TakeAsync(raw, () => incus.Exec.CaptureAsync(Name, new ExecRequest { Command = ["true"] }));
            await TakeAsync(ours, () => coi.RunAsync("container", "exec", Name, "--", "true"));

            async Task TakeAsync(Samples samples, Func<Task> command)
            {
                await Task.Delay(Rest);
                var began = Stopwatch.GetTimestamp();
                await command();
                if (round > 0) samples.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        }

        table.Add("floor: exec over Incus' own API", raw);
        table.Add("coi container exec NAME -- true", ours, raw.Median, 1.5);
    }

    private async Task AtOnceAsync(Table table)
    {
        var samples = new Samples();
        var took = await Task.WhenAll(Enumerable.Range(1, AtOnce).Select(number => Task.Run(async () =>
        {
            var began = Stopwatch.GetTimestamp();
            var said = await coi.RunAsync("container", "exec", Name, "--", "echo", $"{number}");
            return said == $"{number}\n" ? Stopwatch.GetElapsedTime(began).TotalMilliseconds : throw new InvalidOperationException($"'echo {number}' said '{said}'");
        })));
        foreach (var one in took) samples.Add(one);
        var slowest = new Samples();
        slowest.Add(samples.Slowest);
        table.Add($"{AtOnce} execs at once, each", samples);
        table.Add($"{AtOnce} execs at once, the slowest to the median", slowest, samples.Median, 5);
    }

    private async Task CleanAsync()
    {
        if (await incus.Instances.FindAsync(Name) is not null) await incus.Instances.StopAsync(Name, TimeSpan.FromSeconds(30), force: true);
        if (await incus.Instances.FindAsync(Name) is not null) await incus.Instances.DeleteAsync(Name);
    }
}
