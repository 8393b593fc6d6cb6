using System.Diagnostics;
using Coi.Incus;

namespace Coi.Bench;

/// <summary>One run: the floor, coi on top of it, the short commands, the daemon.</summary>
internal sealed class Measurements(CoiProgram coi, IncusClient incus, int rounds)
{
    /// <summary>How many sessions start at once.</summary>
    public const int AtOnce = 8;

    private const string Image = "coi";
    private const int ManySessions = 10;
    private const int ShortRounds = 40;
    private const int ManyFiles = 10_000;
    private const int FileRounds = 3;
    private const int ManyRounds = 3;

    public async Task<Table> RunAsync()
    {
        var table = new Table();
        var floor = new Floor(incus, Image);
        await floor.CleanAsync();
        Say("Raw floor: create, start and exec over Incus' own API, without and with a bridge of its own");
        var (bare, networked) = await floor.MeasureAsync(rounds);
        table.Add("floor: create + start + exec", bare);
        table.Add("floor + bridge with ACL", networked);

        Say("Network policies: applying one, changing the addresses of many");
        await new PolicyTimes(incus).AddToAsync(table);

        var daemon = await coi.DaemonAsync();
        Say("coi shell --background");
        var (tool, back) = await ColdShellAsync();
        table.Add("coi shell --background, tool's process runs", tool, networked.Median, 1.3);
        table.Add("coi shell --background, command returns", back, networked.Median);

        await AtOnceAsync(table, floor);
        Say("Short commands");
        table.Add("a process that does nothing", await Samples.TakeAsync(ShortRounds, _ => CoiProgram.TrueAsync()));
        table.Add("coi version", await Samples.TakeAsync(ShortRounds, _ => coi.RunAsync("version")), limit: 10);
        table.Add("coi list --format=json, 0 sessions", await ListAsync(0), limit: 15);
        await ScriptsAsync(table);
        table.AddMemory("coid resident at rest, 0 sessions", await CoiProgram.ResidentAtRestAsync(daemon), 150);
        await ManyAsync(table, daemon);
        await FilesAsync(table);
        return table;
    }

    /// <summary>Only what scripts call again and again.</summary>
    public async Task<Table> ScriptsAsync()
    {
        var table = new Table();
        await coi.DaemonAsync();
        await ScriptsAsync(table);
        return table;
    }

    private Task ScriptsAsync(Table table)
    {
        Say("Commands of scripts");
        return new ScriptMeasurements(coi, incus, Image).MeasureAsync(table);
    }

    private async Task AtOnceAsync(Table table, Floor floor)
    {
        Say($"{AtOnce} at once");
        var (bare, tools) = (new Samples(), new Samples());
        for (var round = 1; round <= Math.Min(rounds, ManyRounds); round++)
        {
            bare.Add(await floor.ManyAsync());
            tools.Add(await ToolsAtOnceAsync());
        }

        table.Add($"floor: {AtOnce} at once with bridge and ACL, all", bare);
        table.Add($"{AtOnce} coi shell --background at once, all tools run", tools, bare.Median, 1.5);
    }

    private async Task<double> ToolsAtOnceAsync()
    {
        var began = BootClock.Now;
        var last = began;
        await InWorkspaceAsync(async workspace =>
        {
            var containers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => coi.RunInAsync(workspace, "shell", "--background")));
            last = (await Task.WhenAll(containers.Select(container => BootClock.StartOfToolAsync(incus, container.Trim())))).Max();
        });
        return (last - began) * 1000;
    }

    // A workspace for many sessions, which end with it.
    private async Task InWorkspaceAsync(Func<string, Task> act)
    {
        var workspace = Directory.CreateTempSubdirectory("coi-bench-").FullName;
        try
        {
            await act(workspace);
        }
        finally
        {
            await coi.RunAsync("kill", "--all", "--force");
            Directory.Delete(workspace, recursive: true);
        }
    }

    private async Task<(Samples Tool, Samples Back)> ColdShellAsync()
    {
        var tool = new Samples();
        var back = new Samples();
        for (var round = 0; round <= rounds; round++)
        {
            var workspace = Directory.CreateTempSubdirectory("coi-bench-").FullName;
            try
            {
                var launched = BootClock.Now;
                var began = Stopwatch.GetTimestamp();
                var container = (await coi.RunInAsync(workspace, "shell", "--background")).Trim();
                var returned = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
                var started = await BootClock.StartOfToolAsync(incus, container);
                await coi.RunAsync("kill", container);
                if (round == 0) continue;
                back.Add(returned);
                tool.Add((started - launched) * 1000);
            }
            finally
            {
                Directory.Delete(workspace, recursive: true);
            }
        }

        return (tool, back);
    }

    private Task ManyAsync(Table table, int daemon)
    {
        Say($"{ManySessions} sessions side by side");
        return InWorkspaceAsync(async workspace =>
        {
            for (var slot = 1; slot <= ManySessions; slot++) await coi.RunInAsync(workspace, "shell", "--background");
            table.Add($"coi list --format=json, {ManySessions} sessions", await ListAsync(ManySessions), limit: 15);
            table.AddMemory($"coid resident at rest, {ManySessions} sessions", await CoiProgram.ResidentAtRestAsync(daemon), 150);
        });
    }

    private async Task FilesAsync(Table table)
    {
        Say($"coi file push and pull, {ManyFiles} files of 1 KiB");
        const string container = "coi-bench-files";
        var directory = Directory.CreateTempSubdirectory("coi-bench-").FullName;
        try
        {
            var source = Directory.CreateDirectory(Path.Combine(directory, "source")).FullName;
            for (var file = 0; file < ManyFiles; file++) await File.WriteAllBytesAsync(Path.Combine(source, $"file-{file}"), new byte[1024]);
            await coi.RunAsync("container", "launch", Image, container);
            table.Add($"coi file push -r, {ManyFiles} files", await Samples.TakeAsync(FileRounds, round => coi.RunAsync("file", "push", "-r", source, $"{container}:/root/{round}")), limit: 3000);
            table.Add($"coi file pull -r, {ManyFiles} files", await Samples.TakeAsync(FileRounds, round => coi.RunAsync("file", "pull", "-r", $"{container}:/root/{round}", Path.Combine(directory, $"{round}"))), limit: 3000);
        }
        finally
        {
            await coi.RunAsync("container", "delete", "--force", container);
            Directory.Delete(directory, recursive: true);
        }
    }

    private async Task<Samples> ListAsync(int expected)
    {
        if (await coi.CountAsync() is var found && found != expected)
            throw new InvalidOperationException($"{expected} sessions were expected in the listing, {found} are in it");
        return await Samples.TakeAsync(ShortRounds, _ => coi.RunAsync("list", "--format=json"));
    }

    private static void Say(string what) => Console.Error.WriteLine($"  … {what}");
}
