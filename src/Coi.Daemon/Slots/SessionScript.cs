using Coi.Daemon.Hosting;
using Coi.Daemon.Network.Inspection;
using Coi.Daemon.Tools;
using Coi.Domain.Network;
using Coi.Domain.Slots;
using Coi.Incus;

namespace Coi.Daemon.Slots;

/// <summary>The script that turns a container that has just started into a session.</summary>
internal static class SessionScript
{
    /// <summary>Home of the session's user inside.</summary>
    public const string Home = "/home/code";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly string Text = ResolverProbe.Function + EmbeddedText.Read("slots/session.sh");

    /// <summary>The request that runs it.</summary>
    public static ExecRequest Request(LaunchSpec spec, NetworkPlan network, IReadOnlyDictionary<string, string> environment) => new()
    {
        Command =
        [
            "sh", "-c", Text, "coi-session",
            spec.Uid.ToString(), spec.Gid.ToString(),
            network.Address, network.Gateway, NetworkPlan.PrefixLength.ToString(),
            spec.Run ? "" : SlotNames.TmuxSession(spec.Container),
            Math.Max(spec.Columns, 20).ToString(), Math.Max(spec.Rows, 5).ToString(),
            .. spec.Command,
        ],
        Environment = environment,
        Cwd = "/",
        // It takes less than a second on an idle machine, and whatever it has done already it does not do twice.
        Timeout = Deadline,
        Repeats = 2,
    };

    /// <summary>Environment of everything that runs as the session's user.</summary>
    public static Dictionary<string, string> BaseEnvironment() => new()
    {
        ["HOME"] = Home,
        ["USER"] = "code",
        ["LOGNAME"] = "code",
        ["SHELL"] = "/bin/bash",
        ["PATH"] = $"{Home}/.local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ["LANG"] = "C.UTF-8",
        ["TERM"] = "xterm-256color",
        // Where the session's tmux server has its socket; see session.sh.
        ["TMUX_TMPDIR"] = "/var/lib/coi",
    };

    /// <summary>Why the script ended otherwise than well.</summary>
    public static Failure Explain(LaunchSpec spec, ExecResult result) => result.ExitCode switch
    {
        70 => new Failure("image.no_tmux", $"image '{spec.Image}' has no tmux", "Build it on the coi image: `coi build`, or use --image coi"),
        71 => new Failure("image.no_tool", $"image '{spec.Image}' has no program '{spec.Command[0]}'", ToolHint(spec)),
        72 => new Failure("workspace.missing", $"{spec.Workspace} is not mounted in {spec.Container}", "coi daemon logs"),
        var code => new Failure("session.start_failed", $"the session could not be started in {spec.Container} (exit {code}): {LastLine(result.StderrText)}", "coi daemon logs"),
    };

    private static string ToolHint(LaunchSpec spec) => ToolCatalog.BuiltIn.Installable.Contains(spec.Tool) && spec.Image == "coi"
        ? $"`coi build --force --tools=claude,{spec.Tool}` installs it"
        : "Build an image that has it, or name another tool in [tool]";

    private static string LastLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "no message";

}
