using Coi.Daemon.Network;
using Coi.Daemon.Slots;
using Coi.Domain.Network;
using Coi.Incus;

namespace Coi.Daemon.Images;

/// <summary>The container that a build runs in.</summary>
internal sealed class BuildContainer(IncusClient incus, string name, BuildJournal journal)
{
    // Not /tmp: systemd empties it while the container boots.
    private const string Directory = "/opt/coi-build";

    private const int Attempts = 4;

    // What the builder itself asks and puts there may be done twice (decision 8).
    private const int Repeats = 2;

    private static readonly TimeSpan ShortCommand = TimeSpan.FromMinutes(2);

    public string Name => name;

    /// <summary>Properties that the scripts gave the image.</summary>
    public Dictionary<string, string> Properties { get; } = [];

    public async Task CreateAsync(InstanceSource source, NetworkPlan network, BuildOptions options, CancellationToken cancellationToken)
    {
        var config = BuildMarks.For(options.Home);
        // After a restart of Incus nobody needs it any more.
        config["boot.autostart"] = "false";
        config[FenceHook.Key] = FenceHook.Lines(network.Bridge, options.Policy, options.Pool);
        foreach (var (key, value) in SlotContainer.DockerInside) config[key] = value;
        await incus.Instances.CreateAsync(
            new NewInstance
            {
                Name = name,
                Description = "coi image build",
                Source = source,
                Config = config,
                Devices = new Dictionary<string, IReadOnlyDictionary<string, string>>
                {
                    ["root"] = await RootDisk.FindAsync(incus, options.StoragePool, cancellationToken),
                    ["eth0"] = new Dictionary<string, string> { ["type"] = "nic", ["network"] = network.Bridge, ["name"] = "eth0" },
                },
            },
            new PercentReport(journal.Percent), cancellationToken);
    }

    public Task StartAsync() => new ContainerStart(incus).RunAsync(name);

    public Task StopAsync(CancellationToken cancellationToken) => incus.Instances.StopAsync(name, TimeSpan.FromSeconds(30), force: true, cancellationToken);

    /// <summary>Puts the recipe's files, the builder's own questions and the certificates into the container.</summary>
    public async Task PushAsync(BuildRecipe recipe, IReadOnlyList<RecipeFile> certificates, CancellationToken cancellationToken)
    {
        // The builder's own questions come with the program, whatever the recipe is.
        var questions = BuildRecipe.Coi.Files.Where(f => f.Path == "network.sh");
        await UnpackAsync(Directory, BuildRecipe.ToTar([.. recipe.Files.Where(f => f.Path != "network.sh"), .. questions]), cancellationToken);
        if (certificates.Count > 0) await UnpackAsync("/", BuildRecipe.ToTar(certificates), cancellationToken);
    }

    /// <summary>Removes what <see cref="PushAsync"/> put there for the time of the build.</summary>
    public Task CleanAsync(CancellationToken cancellationToken) => RequireAsync(["rm", "-rf", Directory], default, cancellationToken);

    /// <summary>Asks a question about the network; the answer is what it printed, null when the answer is no.</summary>
    public async Task<string?> AskAsync(CancellationToken cancellationToken, params string[] question)
    {
        var result = await CaptureAsync(["sh", $"{Directory}/network.sh", .. question], default, cancellationToken);
        return result.Succeeded ? result.StdoutText.Trim() : null;
    }

    /// <summary>Runs a script of the recipe to its end; its steps become the build's steps, each with a deadline of its own.</summary>
    public Task RunAsync(string script, TimeSpan stepTimeout, CancellationToken cancellationToken) =>
        RunAsync(script, ["bash", $"{Directory}/{script}"], stepTimeout, cancellationToken);

    /// <summary>Runs the user's own script to its end, by the program that its first line names.</summary>
    public Task RunOwnAsync(RecipeFile script, TimeSpan stepTimeout, CancellationToken cancellationToken)
    {
        string[] program = script.IsProgram ? [$"{Directory}/{script.Path}"] : ["bash", $"{Directory}/{script.Path}"];
        // The host's authorities that a coi image carries: Node and Python find them by variables only.
        return RunAsync(
            script.Name, ["sh", "-c", "[ ! -r /etc/coi/certificates.sh ] || . /etc/coi/certificates.sh; exec \"$@\"", "coi-build", .. program], stepTimeout, cancellationToken);
    }

    /// <summary>Runs a command to its end, with its output in the build's.</summary>
    public async Task RunAsync(string title, IReadOnlyList<string> command, TimeSpan stepTimeout, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(stepTimeout);
        var output = new ScriptOutput(journal, Properties, () => deadline.CancelAfter(stepTimeout));
        await using var lines = new LineStream(output.OnLine);
        try
        {
            // One stream for both: what a program says on stderr belongs to the step that stdout announced before.
            var request = new ExecRequest { Command = ["sh", "-c", "exec \"$@\" 2>&1", "coi-build", .. command] };
            var code = await BeginAsync(request, lines, output, deadline.Token);
            if (code != 0) throw new ScriptFailedException(title, code, output.Failure);
        }
        catch (Exception error) when (deadline.IsCancellationRequested && error is OperationCanceledException or IncusException)
        {
            // Ending the command can also look like a connection that broke off.
            cancellationToken.ThrowIfCancellationRequested();
            throw new StepTimeoutException(stepTimeout);
        }
    }

    private Task UnpackAsync(string directory, byte[] tar, CancellationToken cancellationToken) =>
        RequireAsync(["sh", "-c", $"mkdir -p {directory} && exec tar -x -C {directory} --no-same-owner -f -"], tar, cancellationToken);

    private async Task RequireAsync(IReadOnlyList<string> command, ReadOnlyMemory<byte> stdin, CancellationToken cancellationToken)
    {
        var result = await CaptureAsync(command, stdin, cancellationToken);
        if (result.Succeeded) return;
        foreach (var line in result.StderrText.Split('\n', StringSplitOptions.RemoveEmptyEntries)) journal.Line(line);
        throw new ScriptFailedException(string.Join(' ', command), result.ExitCode, null);
    }

    private async Task<int> BeginAsync(ExecRequest request, LineStream lines, ScriptOutput output, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await incus.Exec.RunAsync(name, request, new ExecStreams(null, lines), cancellationToken: cancellationToken);
            }
            catch (IncusException lost) when (lost.WasLost && !output.HasBegun && attempt < Attempts)
            {
                // A script that was lost at its start begins again; all of them may run twice.
            }
        }
    }

    private Task<ExecResult> CaptureAsync(IReadOnlyList<string> command, ReadOnlyMemory<byte> stdin, CancellationToken cancellationToken) =>
        incus.Exec.CaptureAsync(name, new ExecRequest { Command = command, Timeout = ShortCommand, Repeats = Repeats }, stdin, cancellationToken);
}
