using System.CommandLine;
using Coi.Cli.CommandLine;

namespace Coi.Cli.Tmux;

/// <summary><c>coi tmux send</c>.</summary>
internal sealed class TmuxSendCommand : CoiCommand
{
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
        "pasted. Put -- before a text that begins with a dash. A key behind a text is pressed once the program has read the text, which a\n" +
        "tool that is still starting does late: that is waited for, up to a minute.\n" + TmuxOptions.Where;

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
            var typing = new TmuxTyping(inside, target, surroundings.Error.WriteLine);
            if (text is { Length: > 0 }) await typing.TextAsync(text, isAll: keys.Count == 0);
            if (keys.Count > 0) await typing.PressAsync(keys);
            return target;
        });
        if (json) OutputFormat.WriteJson(surroundings, new SentText(target.Container, target.Name, target.User, keys), TmuxJson.Default.SentText);
        else surroundings.Out.WriteLine($"Sent command to session {target.Container}");
        return ExitCodes.Success;
    }
}
