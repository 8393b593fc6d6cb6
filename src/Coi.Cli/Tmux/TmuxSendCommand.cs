using System.CommandLine;
using System.Text;
using Coi.Cli.CommandLine;
using Coi.Cli.Terminals;
using Coi.Contracts;

namespace Coi.Cli.Tmux;

/// <summary><c>coi tmux send</c>.</summary>
internal sealed class TmuxSendCommand : CoiCommand
{
    // They wait some 30 ms for more; on a busy machine they read late.
    private static readonly TimeSpan AfterText = TimeSpan.FromMilliseconds(250);
    // A program that has only just drawn its screen reads later; one that shows nothing of what is typed (a password) never answers.
    private static readonly TimeSpan UntilShown = TimeSpan.FromSeconds(3);
    // A program that shows something else in its place has shown it by then.
    private static readonly TimeSpan UntilQuiet = TimeSpan.FromMilliseconds(750);

    private readonly Argument<string> _container = new("container");
    private readonly Argument<string?> _text = new("text") { Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string[]> _keys = new("--key")
    {
        HelpName = "KEY",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        Description = "Key to press behind the text, such as Enter, Escape, Up or C-c (repeatable; no other Enter is pressed then)",
    };

    private readonly Option<bool> _noEnter = new("--no-enter") { Description = "Type the text and press nothing" };
    private readonly Option<string> _session = TmuxOptions.Session();
    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    public TmuxSendCommand() : base("send", "Type a text and Enter into a session, or press keys")
    {
        Arguments.Add(_container);
        Arguments.Add(_text);
        _keys.CompletionSources.Add([.. TmuxKeys.Common]);
        foreach (var option in new Option[] { _keys, _noEnter, _session, _format }) Options.Add(option);
    }

    /// <inheritdoc />
    public override string Details =>
        "The text arrives as it is: nothing in it is expanded, and 'Enter' is five letters. A text of several lines arrives as one that is\n" +
        "pasted. Put -- before a text that begins with a dash.\n" + TmuxOptions.Where;

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("tmux send coi-abc12345-1 \"write a hello world script\"", "a prompt"),
        new("tmux send coi-abc12345-1 \"/exit\"", "a command of the tool"),
        new("tmux send coi-abc12345-1 -- \"--help\"", "a text that begins with a dash"),
        new("tmux send coi-abc12345-1 --key C-c --key C-c", "keys without a text"),
        new("tmux send coi-abc12345-1 \"y\" --no-enter", "one letter and no Enter"),
    ];

    /// <inheritdoc />
    public override Completes Completes => Completes.RunningInstances;

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var surroundings = invocation.Surroundings;
        var json = OutputFormat.IsJson(invocation, _format);
        var text = invocation.Value(_text);
        IReadOnlyList<string> keys = [.. (invocation.Value(_keys) ?? []).Select(TmuxKeys.Parse)];
        if (text is null && keys.Count == 0) throw new UsageException("'coi tmux send' needs a text or --key", UsageErrors.SeeHelp(this));
        if (keys.Count == 0 && !invocation.Value(_noEnter)) keys = ["Enter"];
        var target = await TmuxSessions.OnAsync(surroundings, invocation.Value(_container) ?? "", invocation.Value(_session), async (target, inside) =>
        {
            var typing = new Typing(inside, target);
            if (text is { Length: > 0 }) await TextAsync(typing, text, isAll: keys.Count == 0);
            if (keys.Count > 0) await typing.TypeAsync(default, ["send-keys", "-t", target.Pane, .. keys]);
            return target;
        });
        if (json) OutputFormat.WriteJson(surroundings, new SentText(target.Container, target.Name, target.User, keys), TmuxJson.Default.SentText);
        else surroundings.Out.WriteLine($"Sent command to session {target.Container}");
        return ExitCodes.Success;
    }

    private static async Task TextAsync(Typing typing, string text, bool isAll)
    {
        var target = typing.Target;
        // Apart from the text: programs that recognise a paste by its speed (Gemini CLI, Codex) would take the key behind it for a part of it.
        await using var watch = isAll ? null : await TmuxWatch.OpenAsync(typing.Inside, target, CancellationToken.None);
        var before = watch is null ? "" : await watch.ScreenAsync(new ScreenWish(), CancellationToken.None);
        if (text.Contains('\n', StringComparison.Ordinal))
        {
            var buffer = "coi-" + Guid.NewGuid().ToString("N");
            // Bracketed where the program has asked for that: then its line ends do not act as Enter.
            await typing.TypeAsync(
                Encoding.UTF8.GetBytes(text), "load-buffer", "-b", buffer, "-", ";", "paste-buffer", "-p", "-d", "-b", buffer, "-t", target.Pane);
        }
        else
        {
            foreach (var part in TmuxText.Parts(text))
                await typing.TypeAsync(default, "send-keys", "-t", target.Pane, "-l", "--", part);
        }

        if (watch is not null) await ReadAsync(watch, before, text);
    }

    /// <summary>What is typed into one session; once something was, it is never typed into another.</summary>
    private sealed class Typing(Inside inside, TmuxTarget target)
    {
        private bool _begun;

        public Inside Inside => inside;

        public TmuxTarget Target => target;

        public async Task TypeAsync(ReadOnlyMemory<byte> input, params IReadOnlyList<string> command)
        {
            try
            {
                await TmuxSessions.TypeAsync(inside, target, input, command);
                _begun = true;
            }
            catch (ProblemException e) when (_begun && e.Problem.Code == TmuxSessions.Absent)
            {
                throw new ProblemException(e.Problem with { Code = "tmux.failed" });
            }
        }
    }

    /// <summary>Until the text has been read, as far as the screen tells: it is shown, or something else changed and nothing more does.</summary>
    private static async Task ReadAsync(TmuxWatch watch, string before, string text)
    {
        using var deadline = new CancellationTokenSource(UntilShown);
        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token);
        try
        {
            for (var screen = before; screen == before || !Shows(screen, text); screen = await watch.ScreenAsync(new ScreenWish(), deadline.Token))
            {
                if (screen != before) quiet.CancelAfter(UntilQuiet);
                await watch.ChangedAsync(quiet.Token);
            }
        }
        catch (OperationCanceledException) when (quiet.IsCancellationRequested)
        {
            // It does not show what is typed.
        }

        await Task.Delay(AfterText);
    }

    // By the end of the text, which the program may have broken into lines.
    private static bool Shows(string screen, string text)
    {
        var end = Ink(text.Split('\n').LastOrDefault(line => line.Trim().Length > 0) ?? "");
        return end.Length > 0 && Ink(screen).Contains(end[Math.Max(0, end.Length - 12)..], StringComparison.Ordinal);
    }

    private static string Ink(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}
