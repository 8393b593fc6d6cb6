using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Coi.Cli.CommandLine;

/// <summary>The flags that every command accepts.</summary>
internal sealed class GlobalOptions
{
    /// <summary>What <c>--resume</c> without a value means.</summary>
    public const string Newest = "auto";

    /// <summary>Directory mounted at <c>/workspace</c>.</summary>
    public Option<string> Workspace { get; } = new("--workspace", "-w")
    {
        Recursive = true,
        HelpName = "PATH",
        Description = "Directory to mount at /workspace (default: the current one)",
    };

    /// <summary>Slot number.</summary>
    public Option<int> Slot { get; } = new("--slot")
    {
        Recursive = true,
        HelpName = "NUMBER",
        Description = "Slot for parallel sessions (default 0: the lowest free one)",
        CustomParser = result => WholeNumber(result, "--slot", 0),
    };

    /// <summary>Image to start from.</summary>
    public Option<string> Image { get; } = new("--image")
    {
        Recursive = true,
        HelpName = "ALIAS",
        Description = "Local image to use (default: the configured one, else coi)",
    };

    /// <summary>Keep the container.</summary>
    public Option<bool> Persistent { get; } = new("--persistent") { Recursive = true, Description = "Keep the container when it stops" };

    /// <summary>Session to go on with.</summary>
    public Option<string> Resume { get; } = new("--resume")
    {
        Recursive = true,
        HelpName = "ID",
        Description = "Go on with a session of this workspace: the newest, or =ID",
    };

    /// <summary>Another word for <see cref="Resume"/>; wins when both are given.</summary>
    public Option<string> Continue { get; } = new("--continue") { Recursive = true, HelpName = "ID", Description = "Same as --resume" };

    /// <summary>Profile of the configuration.</summary>
    public Option<string> Profile { get; } = new("--profile")
    {
        Recursive = true,
        HelpName = "NAME",
        Description = "Profile of the configuration to apply",
    };

    /// <summary>Environment variables for the tool.</summary>
    public Option<string[]> Env { get; } = new("--env", "-e")
    {
        Recursive = true,
        HelpName = "KEY[=VALUE]",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        Description = "Environment variable for the tool; without a value it is taken from here (repeatable)",
    };

    /// <summary>Directories of the host to mount.</summary>
    public Option<string[]> Mount { get; } = new("--mount")
    {
        Recursive = true,
        HelpName = "HOST:CONTAINER[:ro]",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        Description = "File or directory of the host to mount as well; :ro makes it read-only (repeatable)",
    };

    /// <summary>Directory mounted at <c>/storage</c>.</summary>
    public Option<string> Storage { get; } = new("--storage")
    {
        Recursive = true,
        HelpName = "PATH",
        Description = "Directory of the host to mount at /storage; made when it is missing",
    };

    /// <summary>Network mode.</summary>
    public Option<string> Network { get; } = new("--network")
    {
        Recursive = true,
        HelpName = "MODE",
        Description = "Network mode: restricted, allowlist or open",
    };

    /// <summary>Show help.</summary>
    public Option<bool> Help { get; } = new("--help", "-h") { Recursive = true, Description = "Show this help" };

    /// <summary>Show the version; only without a command.</summary>
    public Option<bool> Version { get; } = new("--version", "-v") { Description = "Show the version" };

    /// <summary>All that a session's start takes.</summary>
    public IReadOnlyList<Option> OfSessions => [Workspace, Slot, Image, Persistent, Resume, Continue, Profile, Env, Mount, Storage, Network];

    /// <summary>Reads how many seconds a wait may take: at most 24 days, which is what timers take.</summary>
    public static int Seconds(ArgumentResult result, string flag, int least) => WholeNumber(result, flag, least, int.MaxValue / 1000);

    /// <summary>Reads a whole number and says plainly what is wrong with anything else.</summary>
    public static int WholeNumber(ArgumentResult result, string flag, int least, int most = int.MaxValue)
    {
        var text = result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
        var isNumber = Int128.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        if (isNumber && number >= least && number <= most) return (int)number;
        result.AddError($"{flag} needs a whole number, {(isNumber && number > most ? $"at most {most}" : $"{least} or more")}, not '{text}'");
        return 0;
    }
}
