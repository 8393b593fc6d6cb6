using System.Text;
using Coi.Cli.Terminals;
using Coi.Contracts;

namespace Coi.Cli.Tmux;

/// <summary>
/// Types into one session as a person does: the key that sends a text is pressed once the program has read the text. Programs that recognise a
/// paste by its speed (Gemini CLI, Codex) would take the key for a part of it. Once something was typed, nothing is typed into another session.
/// </summary>
/// <param name="inside">The session's container.</param>
/// <param name="target">The session.</param>
/// <param name="warn">Tells the user what is waited for.</param>
internal sealed class TmuxTyping(Inside inside, TmuxTarget target, Action<string> warn)
{
    // They wait some 30 ms for more, Codex 120; on a busy machine they read late.
    private static readonly TimeSpan AfterText = TimeSpan.FromMilliseconds(250);
    // One that shows nothing of what is typed (a password) never answers.
    private static readonly TimeSpan UntilShown = TimeSpan.FromSeconds(3);
    // A program that shows something else in its place has shown it by then.
    private static readonly TimeSpan UntilQuiet = TimeSpan.FromMilliseconds(750);
    // A tool draws its screen before it takes words: the first start of Codex was seen to read nothing for 17 s.
    private static readonly TimeSpan UntilRead = TimeSpan.FromSeconds(60);

    // 'read -t 0' tells, without reading, whether anything waits in the terminal (bash(1)). 0: nothing did; 1: something still does; 2: it did,
    // and has been read. A text that a shell's own line editing will get (the terminal's "canonical" mode) does not count before its Enter.
    private const string UnreadScript = """
        tty=$(tmux display-message -p -t "$1" '#{pane_tty}') && [ -r "$tty" ] || exit 0
        read -t 0 <"$tty" || exit 0
        for i in {1..40}; do sleep 0.1; read -t 0 <"$tty" || exit 2; done
        exit 1
        """;

    private bool _begun;

    /// <summary>Types a text.</summary>
    /// <param name="text">The text, as it is.</param>
    /// <param name="isAll">Whether no key follows, so that nothing has to wait.</param>
    public async Task TextAsync(string text, bool isAll)
    {
        await using var watch = isAll ? null : await TmuxWatch.OpenAsync(inside, target, CancellationToken.None);
        var before = watch is null ? "" : await watch.ScreenAsync(new ScreenWish(), CancellationToken.None);
        if (text.Contains('\n', StringComparison.Ordinal))
        {
            var buffer = "coi-" + Guid.NewGuid().ToString("N");
            // Bracketed where the program has asked for that: then its line ends do not act as Enter.
            await TypeAsync(Encoding.UTF8.GetBytes(text), "load-buffer", "-b", buffer, "-", ";", "paste-buffer", "-p", "-d", "-b", buffer, "-t", target.Pane);
        }
        else
        {
            foreach (var part in TmuxText.Parts(text)) await TypeAsync(default, "send-keys", "-t", target.Pane, "-l", "--", part);
        }

        if (watch is not null) await ReadAsync(watch, before, text);
    }

    /// <summary>Presses keys.</summary>
    public Task PressAsync(IReadOnlyList<string> keys) => TypeAsync(default, ["send-keys", "-t", target.Pane, .. keys]);

    private async Task TypeAsync(ReadOnlyMemory<byte> input, params IReadOnlyList<string> command)
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

    /// <summary>Until the text has been read: it is shown, or it no longer waits in the terminal.</summary>
    private async Task ReadAsync(TmuxWatch watch, string before, string text)
    {
        using var deadline = new CancellationTokenSource(UntilRead);
        for (var told = false; !await IsShownAsync(watch, before, text) && await IsUnreadAsync(); told = true)
        {
            if (deadline.IsCancellationRequested)
            {
                warn($"the program in {target.Container} has not read the text within {UntilRead.TotalSeconds:0} s; the key behind it is pressed all the same");
                break;
            }

            if (!told) warn($"the program in {target.Container} has not read the text yet; waiting up to {UntilRead.TotalSeconds:0} s for it");
        }

        await Task.Delay(AfterText);
    }

    // False when it is not within a while, or when something else was shown and nothing more is.
    private static async Task<bool> IsShownAsync(TmuxWatch watch, string before, string text)
    {
        using var deadline = new CancellationTokenSource(UntilShown);
        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token);
        try
        {
            for (var screen = await watch.ScreenAsync(new ScreenWish(), deadline.Token); screen == before || !Shows(screen, text);
                screen = await watch.ScreenAsync(new ScreenWish(), deadline.Token))
            {
                if (screen != before) quiet.CancelAfter(UntilQuiet);
                await watch.ChangedAsync(quiet.Token);
            }

            return true;
        }
        catch (OperationCanceledException) when (quiet.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<bool> IsUnreadAsync() =>
        (await inside.CaptureAsync(["bash", "-c", UnreadScript, "coi-unread", target.Pane], CancellationToken.None)).ExitCode is 1 or 2;

    // By the end of the text, which the program may have broken into lines.
    private static bool Shows(string screen, string text)
    {
        var end = Ink(text.Split('\n').LastOrDefault(line => line.Trim().Length > 0) ?? "");
        return end.Length > 0 && Ink(screen).Contains(end[Math.Max(0, end.Length - 12)..], StringComparison.Ordinal);
    }

    private static string Ink(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}
