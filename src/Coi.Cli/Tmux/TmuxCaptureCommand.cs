using System.CommandLine;
using System.Text.RegularExpressions;
using Coi.Cli.CommandLine;
using Coi.Cli.Terminals;
using Coi.Contracts;

namespace Coi.Cli.Tmux;

/// <summary><c>coi tmux capture</c>.</summary>
internal sealed class TmuxCaptureCommand : CoiCommand
{
    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(1);

    private readonly Argument<string> _container = new("container");
    private readonly Option<int?> _lines = new("--lines", "-n")
    {
        HelpName = "NUMBER",
        Description = "So many of the last lines, those that have scrolled away included (default: the visible screen)",
        CustomParser = result => GlobalOptions.WholeNumber(result, "--lines", 1),
    };

    private readonly Option<bool> _ansi = new("--ansi") { Description = "With the escape sequences of colours and styles" };
    private readonly Option<string> _waitFor = new("--wait-for") { HelpName = "REGEX", Description = "Wait until the text matches this regular expression" };
    private readonly Option<int> _timeout = new("--timeout")
    {
        HelpName = "SECONDS",
        Description = "With --wait-for: seconds to wait (default 30); the exit code is 1 when they are over",
        DefaultValueFactory = _ => 30,
        CustomParser = result => GlobalOptions.Seconds(result, "--timeout", 1),
    };

    private readonly Option<string> _session = TmuxOptions.Session();
    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    public TmuxCaptureCommand() : base("capture", "Show what is on a session's screen, or wait until it shows something")
    {
        Arguments.Add(_container);
        foreach (var option in new Option[] { _lines, _ansi, _waitFor, _timeout, _session, _format }) Options.Add(option);
    }

    /// <inheritdoc />
    public override string Details =>
        "--wait-for looks at the screen as it is, without blanks at the ends of its lines, and then whenever something is written to it; no\n" +
        "script needs a sleep. In the expression ^ and $ match at each line.\n" + TmuxOptions.Where;

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("tmux capture coi-abc12345-1", "the visible screen as text"),
        new("tmux capture coi-abc12345-1 --lines 200", "the last 200 lines, what has scrolled away included"),
        new("tmux capture coi-abc12345-1 --wait-for \"tests? passed\" --timeout 600", "as soon as the screen shows it"),
        new("tmux capture coi-abc12345-1 --ansi", "with its colours"),
    ];

    /// <inheritdoc />
    public override Completes Completes => Completes.RunningInstances;

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var surroundings = invocation.Surroundings;
        var json = OutputFormat.IsJson(invocation, _format);
        var wish = new ScreenWish(invocation.Value(_lines), invocation.Value(_ansi));
        var pattern = invocation.Value(_waitFor) is { } regex ? Pattern(regex) : null;
        if (pattern is null && invocation.Given(_timeout)) throw new UsageException("--timeout needs --wait-for", "without it nothing is waited for");
        var patience = TimeSpan.FromSeconds(invocation.Value(_timeout));
        using var interruption = Interruption.Watch();
        try
        {
            var (target, shown) = await TmuxSessions.OnAsync(surroundings, invocation.Value(_container) ?? "", invocation.Value(_session), async (target, inside) =>
                (target, pattern is null ? await TmuxSessions.AskAsync(inside, target, wish.Command(target)) : await WaitAsync(inside, target, wish, pattern, patience, interruption.Token)));
            Write(surroundings, target, wish.Cut(shown), json);
            return ExitCodes.Success;
        }
        catch (OperationCanceledException) when (interruption.Came)
        {
            return interruption.ExitCode;
        }
    }

    private static void Write(Surroundings surroundings, TmuxTarget target, string text, bool json)
    {
        if (json)
        {
            OutputFormat.WriteJson(surroundings, new CapturedScreen(target.Container, target.Name, target.User, text.Length == 0 ? [] : text.Split('\n')), TmuxJson.Default.CapturedScreen);
            return;
        }

        surroundings.Out.Write(text);
        if (surroundings.OutIsTerminal) surroundings.Out.WriteLine(); // elsewhere the screen and nothing else
    }

    private static async Task<string> WaitAsync(Inside inside, TmuxTarget target, ScreenWish wish, Regex pattern, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(patience);
        var plain = wish with { Ansi = false };
        var shown = "";
        try
        {
            await using var watch = await TmuxWatch.OpenAsync(inside, target, deadline.Token);
            while (!pattern.IsMatch(plain.Cut(shown = await watch.ScreenAsync(plain, deadline.Token)))) await watch.ChangedAsync(deadline.Token);
            return wish.Ansi ? await watch.ScreenAsync(wish, deadline.Token) : shown;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var last = shown.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();
            throw new ProblemException(new Problem(
                "tmux.not_shown",
                $"the screen of {target.Container} did not show '{pattern}' within {patience.TotalSeconds:0} s" + (last is null ? "; it is empty" : $"; its last line is '{last}'"),
                $"'coi tmux capture {target.Container}' shows it, --timeout waits longer"));
        }
        catch (RegexMatchTimeoutException)
        {
            throw new UsageException($"'{pattern}' takes too long to match", "write it without repetitions inside of repetitions");
        }
    }

    private static Regex Pattern(string text)
    {
        try
        {
            return new Regex(text, RegexOptions.Multiline | RegexOptions.CultureInvariant, LongestMatch);
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"'{text}' is no regular expression: {e.Message}", "--wait-for takes one of .NET, such as 'ready|failed'");
        }
    }
}
