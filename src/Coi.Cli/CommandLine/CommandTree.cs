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
    private static readonly (string Name, Func<GlobalOptions, CoiCommand> Plant)[] Commands =
    [
        ("shell", options => new ShellCommand(options)),
        ("attach", options => new AttachCommand(options)),
        ("run", _ => new RunCommand()),
        ("build", _ => new BuildCommand()),
        ("list", _ => new ListCommand()),
        ("info", _ => new InfoCommand()),
        ("why", _ => new WhyCommand()),
        ("history", options => new HistoryCommand(options)),
        ("events", _ => new EventsCommand()),
        ("persist", _ => new PersistCommand()),
        ("shutdown", _ => new ShutdownCommand()),
        ("kill", _ => new KillCommand()),
        ("clean", _ => new CleanCommand()),
        ("recover", _ => new RecoverCommand()),
        ("container", _ => new GroupCommand("container", "Containers by name, for scripts")
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
        }),
        ("file", _ => new GroupCommand("file", "Copy files into and out of containers")
        {
            new FilePushCommand(),
            new FilePullCommand(),
        }),
        ("network", _ => new GroupCommand("network", "A container's network: its rules, another policy, whether it holds")
        {
            new NetworkShowCommand(),
            new NetworkSetCommand(),
            new NetworkTestCommand(),
        }),
        ("image", _ => new GroupCommand("image", "Images: list, make from containers, delete")
        {
            new ImageListCommand(),
            new ImagePublishCommand(),
            new ImageDeleteCommand(),
            new ImageExistsCommand(),
            new ImageInfoCommand(),
            new ImageCleanupCommand(),
        }),
        ("images", _ => new ImageListCommand(isShort: true)),
        ("tmux", _ => new GroupCommand("tmux", "Talk to a running session from a script")
        {
            new TmuxSendCommand(),
            new TmuxCaptureCommand(),
            new TmuxListCommand(),
        }),
        ("config", _ => new GroupCommand("config", "Show, check and write the configuration")
        {
            new ConfigShowCommand(),
            new ConfigCheckCommand(),
            new ConfigPathCommand(),
            new ConfigInitCommand(),
            new ConfigSchemaCommand(),
        }),
        ("trust", _ => new TrustCommand()),
        ("untrust", _ => new UntrustCommand()),
        ("daemon", _ => new GroupCommand("daemon", "Look after the daemon, coid")
        {
            new DaemonStatusCommand(),
            new DaemonStartCommand(),
            new DaemonStopCommand(),
            new DaemonLogsCommand(),
        }),
        ("doctor", _ => new DoctorCommand()),
        ("version", _ => new VersionCommand()),
        ("completion", _ => new CompletionCommand()),
        (ArgumentNormaliser.CompleteName, _ => new CompleteCommand()),
        ("__man", _ => new ManCommand()),
        ("guard", _ => new GuardCommand()),
    ];

    /// <summary>Plants the tree.</summary>
    /// <param name="first">A command line's first word: when it names a command, only that is planted, with what is below it.</param>
    public CommandTree(string? first = null)
    {
        Root = new RootCommand { Options.Help, Options.Version };
        var called = Array.FindIndex(Commands, command => command.Name == first);
        foreach (var (_, plant) in called < 0 ? Commands : [Commands[called]]) Root.Subcommands.Add(plant(Options));
        foreach (var option in Options.OfSessions) Root.Options.Add(option);
    }

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
