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

/// <summary>All commands.</summary>
internal sealed class CommandTree
{
    /// <summary>Plants the tree.</summary>
    public CommandTree()
    {
        Root = new RootCommand
        {
            Options.Help,
            Options.Version,
            new ShellCommand(Options),
            new AttachCommand(Options),
            new RunCommand(),
            new BuildCommand(),
            new ListCommand(),
            new InfoCommand(),
            new WhyCommand(),
            new HistoryCommand(Options),
            new EventsCommand(),
            new PersistCommand(),
            new ShutdownCommand(),
            new KillCommand(),
            new CleanCommand(),
            new RecoverCommand(),
            new GroupCommand("container", "Containers by name, for scripts")
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
            new GroupCommand("file", "Copy files into and out of containers")
            {
                new FilePushCommand(),
                new FilePullCommand(),
            },
            new GroupCommand("network", "A container's network: its rules, another policy, whether it holds")
            {
                new NetworkShowCommand(),
                new NetworkSetCommand(),
                new NetworkTestCommand(),
            },
            new GroupCommand("image", "Images: list, make from containers, delete")
            {
                new ImageListCommand(),
                new ImagePublishCommand(),
                new ImageDeleteCommand(),
                new ImageExistsCommand(),
                new ImageInfoCommand(),
                new ImageCleanupCommand(),
            },
            new ImageListCommand(isShort: true),
            new GroupCommand("tmux", "Talk to a running session from a script")
            {
                new TmuxSendCommand(),
                new TmuxCaptureCommand(),
                new TmuxListCommand(),
            },
            new GroupCommand("config", "Show, check and write the configuration")
            {
                new ConfigShowCommand(),
                new ConfigCheckCommand(),
                new ConfigPathCommand(),
                new ConfigInitCommand(),
                new ConfigSchemaCommand(),
            },
            new TrustCommand(),
            new UntrustCommand(),
            new GroupCommand("daemon", "Look after the daemon, coid")
            {
                new DaemonStatusCommand(),
                new DaemonStartCommand(),
                new DaemonStopCommand(),
                new DaemonLogsCommand(),
            },
            new DoctorCommand(),
            new VersionCommand(),
            new CompletionCommand(),
            new CompleteCommand(this),
            new ManCommand(this),
            new GuardCommand(),
        };
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
