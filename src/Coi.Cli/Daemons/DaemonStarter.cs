using System.Text;
using System.Text.Json;
using Coi.Contracts;

namespace Coi.Cli.Daemons;

/// <summary>Starts the daemon, once, however many want it at the same moment.</summary>
internal sealed class DaemonStarter(Surroundings surroundings, string socket, string home)
{
    private const string FailurePrefix = "error: ";

    /// <summary>Problem code of a daemon that finds another one at work in its home.</summary>
    private const string AnotherRuns = "daemon.running";

    // It takes under a second; a machine that is busy with something else has been seen to need twenty.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // What the .NET runtime and glibc read only from the environment; together some 25 MiB (docs/decisions/0010-a-small-daemon.md).
    private static readonly (string Name, string Value)[] SmallProcess =
    [
        ("DOTNET_EnableWriteXorExecute", "0"),
        ("DOTNET_GCgen0size", "0x100000"),
        ("MALLOC_ARENA_MAX", "1"),
        ("MALLOC_TRIM_THRESHOLD_", "131072"),
        ("MALLOC_MMAP_THRESHOLD_", "65536"),
    ];

    /// <summary>Starts it unless somebody else has, and waits until it answers.</summary>
    public Task StartAsync(DaemonConnector connector, CancellationToken cancellationToken) =>
        Task.Run(() => Start(connector), cancellationToken).WaitAsync(cancellationToken);

    private void Start(DaemonConnector connector)
    {
        // The home first: what is made above a directory on the way to it is open to others.
        DaemonPaths.CreatePrivateDirectory(home);
        if (Path.GetDirectoryName(socket) is { } directory) DaemonPaths.CreatePrivateDirectory(directory);
        using var theOnlyOne = FileLock.Take(DaemonPaths.StartLock(socket), Deadline + Patience, "waiting for another coi that is starting coid", surroundings.Time);
        if (connector.TryConnect()) return; // while we waited

        var errorFile = DaemonPaths.StartLog(home);
        if (Path.GetDirectoryName(errorFile) is { } run) DaemonPaths.CreatePrivateDirectory(run);
        var program = DaemonProgram.Find(surroundings);
        var environment = new Dictionary<string, string>(surroundings.Environment, StringComparer.Ordinal) { ["COI_HOME"] = home, ["COI_SOCKET"] = socket };
        foreach (var (name, value) in SmallProcess) environment.TryAdd(name, value);
        using var process = Spawn(program, environment, errorFile);
        try
        {
            AwaitReadiness(process, errorFile);
        }
        catch (ProblemException e) when (e.Problem.Code == AnotherRuns)
        {
            // Somebody began to start it and was killed before it was ready; the lock went, the daemon did not.
            if (!SocketArrival.Await(socket, connector, Deadline)) throw;
        }

        if (!connector.TryConnect()) throw connector.NobodyAnswers(null);
    }

    private static DetachedProcess Spawn(DaemonProgram program, Dictionary<string, string> environment, string errorFile)
    {
        try
        {
            return DetachedProcess.Start(program, environment, errorFile);
        }
        catch (IOException e)
        {
            throw new ProblemException(new Problem("daemon.start", $"cannot start coid: {e.Message}", $"is {program.File} a program, and {errorFile} writable?"), e);
        }
    }

    private void AwaitReadiness(DetachedProcess process, string errorFile)
    {
        var start = surroundings.Time.GetTimestamp();
        var said = new List<byte>();
        var saidSo = false;
        Span<byte> buffer = stackalloc byte[4096];
        while (true)
        {
            var left = Deadline - surroundings.Time.GetElapsedTime(start);
            if (!saidSo && !Libc.Poll([new PollDescriptor(process.Output)], Patience, surroundings.Time))
            {
                saidSo = true;
                if (surroundings.ErrorIsTerminal) new Talk(surroundings).Say("Starting coid takes longer than usual…");
                continue;
            }

            if (left <= TimeSpan.Zero || !Libc.Poll([new PollDescriptor(process.Output)], left, surroundings.Time))
            {
                throw new ProblemException(new Problem(
                    "daemon.slow",
                    $"starting coid: it was not ready after {Deadline.TotalSeconds:0} s (process {process.Pid})",
                    $"{DaemonPaths.Log(home)} and {errorFile} say what it is doing"));
            }

            var count = Libc.Read(process.Output, buffer);
            said.AddRange(buffer[..count]);
            var lines = Encoding.UTF8.GetString([.. said]).Split('\n');
            foreach (var line in count == 0 ? lines : lines[..^1])
            {
                if (line == "ready") return;
                if (line.StartsWith(FailurePrefix, StringComparison.Ordinal)) throw new ProblemException(Parse(line[FailurePrefix.Length..]));
            }

            if (count == 0) throw Ended(process, errorFile);
        }
    }

    private static Problem Parse(string text)
    {
        try
        {
            if (JsonSerializer.Deserialize(text, ContractsJson.Default.Problem) is { Message: not null } problem) return problem;
        }
        catch (JsonException)
        {
            // Then it is said as it came.
        }

        return new Problem("daemon.start", $"coid could not start: {text}");
    }

    private static ProblemException Ended(DetachedProcess process, string errorFile)
    {
        var words = ReadLines(errorFile).FirstOrDefault(line => !string.IsNullOrWhiteSpace(line));
        return new ProblemException(new Problem(
            "daemon.start",
            $"coid ended before it was ready ({process.Status()})" + (words is null ? "" : $": {words.Trim()}"),
            $"{errorFile} has all that it said"));
    }

    private static string[] ReadLines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (IOException)
        {
            return [];
        }
    }
}
