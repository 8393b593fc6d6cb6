using System.CommandLine;
using Coi.Cli.Builds;
using Coi.Cli.Completion;
using Coi.Cli.Configuration;
using Coi.Cli.Containers;
using Coi.Cli.Daemons;
using Coi.Cli.Doctor;
using Coi.Cli.Files;
using Coi.Cli.Guards;
using Coi.Cli.History;
using Coi.Cli.Images;
using Coi.Cli.Instances;
using Coi.Cli.Manual;
using Coi.Cli.Networks;
using Coi.Cli.Runs;
using Coi.Cli.Sessions;
using Coi.Cli.Tmux;
using Coi.Cli.Versions;

namespace Coi.Cli.CommandLine;

/// <summary>All commands, or the one that is called: planting sixty takes as long as the rest of a short one.</summary>
internal sealed class CommandTree
{
    private static readonly string[] Names =
    [
        "shell", "attach", "run", "build", "list", "info", "why", "history", "events", "persist", "shutdown", "kill", "clean", "recover", "container", "file", "network",
        "image", "images", "tmux", "config", "trust", "untrust", "daemon", "doctor", "version", "completion", ArgumentNormaliser.CompleteName, "__man", "guard",
    ];

    /// <summary>Plants the tree.</summary>
    /// <param name="first">A command line's first word: when it names a command, only that is planted, with what is below it.</param>
    public CommandTree(string? first = null)
    {
        Root = new RootCommand { Options.Help, Options.Version };
        foreach (var name in first is not null && Names.Contains(first) ? [first] : Names) Root.Subcommands.Add(Plant(name));
        foreach (var option in Options.OfSessions) Root.Options.Add(option);
    }

    private CoiCommand Plant(string name) => name switch
    {
        "shell" => new ShellCommand(Options),
        "attach" => new AttachCommand(Options),
        "run" => new RunCommand(),
        "build" => new BuildCommand(),
        "list" => new ListCommand(),
        "info" => new InfoCommand(),
        "why" => new WhyCommand(),
        "history" => new HistoryCommand(Options),
        "events" => new EventsCommand(),
        "persist" => new PersistCommand(),
        "shutdown" => new ShutdownCommand(),
        "kill" => new KillCommand(),
        "clean" => new CleanCommand(),
        "recover" => new RecoverCommand(),
        "container" => new GroupCommand(name, "Containers by name, for scripts")
        {
            new ContainerLaunchCommand(),
            new ContainerStartCommand(),
            new ContainerStopCommand(),
            new ContainerDeleteCommand(),
            new ContainerExecCommand(),
            new ContainerExistsCommand(),
            new ContainerRunningCommand(),
            new ContainerMountCommand(),
            new ContainerInfoCommand(),
            new ContainerListCommand(),
        },
        "file" => new GroupCommand(name, "Copy files into and out of containers")
        {
            new FilePushCommand(),
            new FilePullCommand(),
        },
        "network" => new GroupCommand(name, "A container's network: its rules, another policy, whether it holds")
        {
            new NetworkShowCommand(),
            new NetworkSetCommand(),
            new NetworkTestCommand(),
        },
        "image" => new GroupCommand(name, "Images: list, make from containers, delete")
        {
            new ImageListCommand(),
            new ImagePublishCommand(),
            new ImageDeleteCommand(),
            new ImageExistsCommand(),
            new ImageInfoCommand(),
            new ImageCleanupCommand(),
        },
        "images" => new ImageListCommand(isShort: true),
        "tmux" => new GroupCommand(name, "Talk to a running session from a script")
        {
            new TmuxSendCommand(),
            new TmuxCaptureCommand(),
            new TmuxListCommand(),
        },
        "config" => new GroupCommand(name, "Show, check and write the configuration")
        {
            new ConfigShowCommand(),
            new ConfigCheckCommand(),
            new ConfigPathCommand(),
            new ConfigInitCommand(),
            new ConfigSchemaCommand(),
        },
        "trust" => new TrustCommand(),
        "untrust" => new UntrustCommand(),
        "daemon" => new GroupCommand(name, "Look after the daemon, coid")
        {
            new DaemonStatusCommand(),
            new DaemonStartCommand(),
            new DaemonStopCommand(),
            new DaemonLogsCommand(),
        },
        "doctor" => new DoctorCommand(),
        "version" => new VersionCommand(),
        "completion" => new CompletionCommand(),
        ArgumentNormaliser.CompleteName => new CompleteCommand(),
        "__man" => new ManCommand(),
        "guard" => new GuardCommand(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such command"),
    };

    /// <summary>The flags that every command accepts.</summary>
    public GlobalOptions Options { get; } = new();

    /// <summary>The program itself.</summary>
    public CoiCommand Root { get; }

    /// <summary>The program itself and every command that is not hidden.</summary>
    public IEnumerable<CoiCommand> Shown => Below(Root);

    private static IEnumerable<CoiCommand> Below(CoiCommand command) =>
        command.Subcommands.OfType<CoiCommand>().Where(sub => !sub.Hidden).SelectMany(Below).Prepend(command);

    private sealed class RootCommand() : GroupCommand("coi", "AI coding tools in Incus system containers")
    {
        public override string Details =>
            "Each session is a whole Linux machine of its own with your project at /workspace, without your\n" +
            "credentials, and with a network policy that the tool inside cannot get round.\n" +
            "Without a command: the same as 'coi shell'.";

        public override IReadOnlyList<Example> Examples =>
        [
            new("build", "make the image, once"),
            new("", "start a session in the current directory"),
            new("shell --resume", "go on with this directory's newest session"),
            new("list --all", "show containers and saved sessions"),
            new("attach", "come back to a session that is running"),
        ];

        public override IReadOnlyList<Option> Heeds(GlobalOptions options) => options.OfSessions;
    }
}
