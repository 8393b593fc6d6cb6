using Coi.Cli.CommandLine;
using Coi.Cli.Files;
using CsCheck;
using Xunit;

namespace Coi.Cli.Tests.Fuzz;

/// <summary>Whatever stands on a command line: an exit code that means something, messages and never the inside of the program.</summary>
public sealed class CommandLineFuzzSpecs : IAsyncLifetime
{
    // Those two write files, and Incus calls the second.
    private static readonly string[] Left = ["__man", "guard"];

    private static readonly string[] Nasty =
    [
        "", " ", "-", "--", "---", "=", ":", "a:", ":a", "a:b:c", "/a:/b:ro", "/a:/b:rw:x", ":/b", "~:/x", "KEY=VALUE", "KEY=", "=VALUE", "KEY", "1K=2", "K=a,b", "K=\"x\"", "K=\n",
        "é", "\u202e", "\ud800", "\u001b[31m", "%s%n", "{0}", "@file", "@", "$HOME", "`id`", "../..", "/", "//", ".", "*", "?", "[", "(", "(?<", "a{99999}", "-1", "0", "1", "99999999999",
        "2147483648", "1e3", "0x10", "１", "true", "--=", "--format", "--format=", "--format=json", "--env", "--env=", "--mount", "--mount=", "--slot", "--slot=", "--resume", "--resume=", "-e", "-w", "-n",
        "--key", "--key=Entr", "--timeout=0", "--lines=1", "--wait-for=[", "--wait-for=a", "--user=-1", "--help", "-h", "-v", "--version", "help",
        new string('x', 5000), "/" + new string('y', 300),
    ];

    private static readonly string[] Words =
        [.. new CommandTree().Shown.SelectMany(command => command.Options.SelectMany(option => option.Aliases.Append(option.Name)).Append(command.Name)).Distinct().Except(["coi"]), .. Nasty];

    // No argument of a process can hold a NUL.
    private static readonly Gen<string> Texts = Gen.String.Select(text => text.Replace("\0", "", StringComparison.Ordinal));

    private readonly DaemonFixture _daemon = new();

    public Task InitializeAsync() => _daemon.StartAsync(); // it knows no route, which is an answer

    public Task DisposeAsync() => _daemon.DisposeAsync().AsTask();

    [Fact]
    public async Task Words_in_any_order_end_in_an_exit_code_and_messages() =>
        await Gen.OneOf(Words).Array[1, 7].Where(words => !words.Any(Left.Contains)).SampleAsync(EndsWellAsync, iter: 1500, threads: 1);

    [Fact]
    public async Task Any_text_behind_a_flag_ends_in_an_exit_code_and_messages()
    {
        var flags = Gen.OneOf("shell --background --env", "shell --background --mount", "shell --background --storage", "config show --mount", "container exec box --env",
            "shutdown box --timeout", "tmux capture box --wait-for", "tmux capture box --lines", "tmux send box --key", "file pull", "file push /etc/hostname", "container exec box --user", "list --format");
        await Gen.Select(flags, Gen.OneOf(Texts, Gen.OneOf(Nasty), Gen.String[Gen.Char.AlphaNumeric, 0, 20].Select(text => "/" + text + ":/" + text)))
            .SampleAsync(async (flag, text) => await EndsWellAsync([.. flag.Split(' '), text, .. flag.StartsWith("container exec", StringComparison.Ordinal) ? ["true"] : Array.Empty<string>()]), iter: 1500, threads: 1);
    }

    [Fact]
    public void Any_text_is_a_path_in_a_container_or_refused() =>
        Gen.OneOf(Texts, Gen.OneOf("a", "box", ":", "/", ".", "..", " ", "\n", "é", "\u202e").Array[0, 9].Select(string.Concat)).Sample(text =>
        {
            try
            {
                var path = ContainerPath.Parse(text);
                return text.StartsWith(path.Container + ":/", StringComparison.Ordinal) && path.Path.StartsWith('/') && path.Name is not (".." or ".")
                    && (path.Path == "/" || !path.Path.Split('/')[1..].Any(part => part is "" or "."));
            }
            catch (UsageException e)
            {
                return e.Message.Length > 0 && e.Hint?.Length > 0;
            }
        }, iter: 20_000);

    [Fact]
    public async Task Any_words_are_completed_or_not_without_a_word_on_standard_error() =>
        await Gen.OneOf(Words).Array[0, 5].SampleAsync(async words =>
        {
            var said = await _daemon.Caller.RunAsync(["__complete", "--", .. words]);
            return said is { ExitCode: 0, Error: "" };
        }, iter: 500, threads: 1);

    private async Task<bool> EndsWellAsync(string[] words)
    {
        var said = await _daemon.Caller.RunAsync(words);
        return said.ExitCode is 0 or 1 or 2
            && !said.Error.Contains("unexpectedly", StringComparison.Ordinal)
            && !said.Error.Contains("   at ", StringComparison.Ordinal)
            && (said.ExitCode == 0 || said.Error.Length > 0 || words.Any(word => word is "exists" or "running" or "status"));
    }
}
