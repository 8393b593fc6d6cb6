using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Runs;
using Coi.Cli.Sessions;
using Coi.Cli.Terminals;
using Coi.Incus;

namespace Coi.Cli.Instances;

/// <summary><c>coi container exec</c>.</summary>
internal sealed class ContainerExecCommand : CoiCommand
{
    private readonly Argument<string> _name = new("name");
    private readonly Argument<string[]> _command = new("command") { Arity = ArgumentArity.OneOrMore };
    private readonly Option<int> _user = Number("--user", "UID", "Run as this user (default 0)");
    private readonly Option<int> _group = Number("--group", "GID", "Run as this group (default: the user's number)");
    private readonly Option<string> _cwd = new("--cwd") { HelpName = "PATH", Description = "Run in this directory, or in the user's home where it is missing (default /workspace)" };
    private readonly Option<bool> _tty = new("--tty") { Description = "Give the command a terminal (default: when standard input and output are one)" };
    private readonly Option<bool> _capture = new("--capture") { Description = "Print exit code and output as one JSON object when the command has ended" };
    private readonly Option<string> _format = OutputFormat.OfCapture();

    /// <summary>Makes the command.</summary>
    public ContainerExecCommand() : base("exec", "Run a command in a container")
    {
        Arguments.Add(_name);
        Arguments.Add(_command);
        foreach (var option in new Option[] { _user, _group, _cwd, _tty, _capture, _format }) Options.Add(option);
    }

    /// <inheritdoc />
    public override string Details =>
        "Standard input, output and error are the command's own, byte for byte, and its exit code is coi's. Ctrl-C is passed on; a second one\n" +
        "kills. Put -- before a command with flags of its own. No shell is involved: 'sh -c \"…\"' for one.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("container exec my-container -- ls -la /", "as root"),
        new("container exec my-container --user 1000 --env FOO=bar --cwd /workspace -- npm test", "as a user, with a variable, in a directory"),
        new("container exec my-container --capture -- id | jq .exit_code", "exit code and output as JSON"),
        new("container exec my-container -- tar -c /etc > etc.tar", "bytes stay bytes"),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<(string Code, string Meaning)> OtherExitCodes => ExitCodes.OfAnotherCommand;

    /// <inheritdoc />
    public override Completes Completes => Completes.RunningInstances;

    /// <inheritdoc />
    public override IReadOnlyList<Option> Heeds(GlobalOptions options) => [options.Env];

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var surroundings = invocation.Surroundings;
        var format = OutputFormat.Capture(invocation, _capture, _format);
        var terminal = format is null && (invocation.Value(_tty) || surroundings is { InIsTerminal: true, OutIsTerminal: true });
        if (terminal && !surroundings.InIsTerminal) throw new UsageException("--tty needs a terminal as standard input", "without --tty the streams are joined as they are");
        var (name, wish) = (invocation.Value(_name) ?? "", Wish(invocation));
        using var incus = await DirectIncus.OpenAsync(surroundings);
        try
        {
            if (terminal) return await OnTerminalAsync(incus, name, wish, surroundings);
            return format is null ? await StreamAsync(incus, name, wish) : await CaptureAsync(incus, name, wish, format, surroundings);
        }
        catch (IncusException e) when (e.IsNotFound)
        {
            throw DirectIncus.Missing(name);
        }
        catch (IncusException e) when (e.ErrorText?.Contains("not running", StringComparison.OrdinalIgnoreCase) == true)
        {
            throw DirectIncus.NotRunning(name);
        }
    }

    private static async Task<int> StreamAsync(IncusClient incus, string name, ExecWish wish)
    {
        using var exec = new JoinedExec(incus, name, wish);
        return await exec.RunAsync(Console.OpenStandardInput(), new DescriptorOutput(1), new DescriptorOutput(2));
    }

    private static async Task<int> CaptureAsync(IncusClient incus, string name, ExecWish wish, string format, Surroundings surroundings)
    {
        using var exec = new JoinedExec(incus, name, wish);
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        var code = await exec.RunAsync(Console.OpenStandardInput(), output, error);
        if (format == "raw")
        {
            await using var raw = new DescriptorOutput(1);
            await raw.WriteAsync(output.ToArray());
        }
        else
        {
            OutputFormat.WriteJson(surroundings, new CapturedExec(code, Text(error), Text(output)), InstancesJson.Default.CapturedExec);
        }

        return code;
    }

    private static async Task<int> OnTerminalAsync(IncusClient incus, string name, ExecWish wish, Surroundings surroundings)
    {
        var variables = new Dictionary<string, string>(wish.Environment, StringComparer.Ordinal);
        variables.TryAdd("TERM", TerminalNames.Sanitise(surroundings.Variable("TERM")));
        var request = ExecScript.OnTerminal(wish with { Environment = variables }, Guid.NewGuid().ToString("N"));
        using var bridge = new TerminalBridge();
        for (var attempt = 1; ; attempt++)
        {
            var end = await bridge.RunAsync(incus, name, request);
            if (end.WasLost && attempt < CommandEnds.Attempts) continue;
            if (end.Signal != 0) return ExitCodes.Signalled + end.Signal;
            return end.ExitCode ?? ExitCodes.Failure;
        }
    }

    private ExecWish Wish(Invocation invocation)
    {
        var user = invocation.Value(_user);
        var environment = SessionArguments.Environment(invocation.Value(invocation.Options.Env) ?? [], invocation.Surroundings);
        return new ExecWish(
            invocation.Value(_command) ?? [], environment.ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal),
            user, invocation.Given(_group) ? invocation.Value(_group) : user,
            invocation.Value(_cwd) is { Length: > 0 } cwd ? cwd : "/workspace", invocation.Given(_cwd));
    }

    private static Option<int> Number(string name, string helpName, string description) => new(name)
    {
        HelpName = helpName,
        Description = description,
        CustomParser = result => GlobalOptions.WholeNumber(result, name, 0),
    };

    private static string Text(MemoryStream bytes) => System.Text.Encoding.UTF8.GetString(bytes.ToArray());
}
