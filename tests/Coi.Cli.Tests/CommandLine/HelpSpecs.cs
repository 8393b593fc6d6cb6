using Coi.Cli.CommandLine;
using Xunit;

namespace Coi.Cli.Tests.CommandLine;

public sealed class HelpSpecs
{
    [Fact]
    public void The_help_of_all_commands_is_the_approved_text()
    {
        var tree = new CommandTree();
        var text = string.Join("\n" + new string('=', 100) + "\n", tree.Shown.Select(command => HelpText.Render(command, tree.Options, "coi")));
        var approved = Path.Combine(AppContext.BaseDirectory, "Approved", "help.txt");
        if (text == File.ReadAllText(approved)) return;
        var received = Path.ChangeExtension(approved, ".received.txt");
        File.WriteAllText(received, text);
        Assert.Fail($"help has changed: compare {received} with tests/Coi.Cli.Tests/Approved/help.txt, and copy it there when it is right");
    }

    [Fact]
    public void Every_command_has_a_capitalised_line_without_a_full_stop_and_an_example()
    {
        foreach (var command in new CommandTree().Shown)
        {
            Assert.False(string.IsNullOrEmpty(command.Description));
            Assert.True(char.IsUpper(command.Description![0]) || command.Name == "coi", command.Name);
            Assert.False(command.Description.EndsWith('.'), command.Name);
            if (command is not GroupCommand) Assert.NotEmpty(command.Examples);
        }
    }

    [Fact]
    public void Every_example_can_be_parsed()
    {
        foreach (var command in new CommandTree().Shown)
        {
            foreach (var example in command.Examples)
            {
                var tree = new CommandTree();
                var line = example.CommandLine.Split([" > ", " >> ", " < ", " | "], StringSplitOptions.None)[0].Trim();
                var parsed = tree.Root.Parse(ArgumentNormaliser.Normalise([.. Words(line)], tree));
                Assert.Null(UsageErrors.Find(parsed));
            }
        }
    }

    [Fact]
    public void A_command_that_is_called_is_the_same_as_among_all()
    {
        var all = new CommandTree();
        foreach (var command in all.Root.Subcommands.Cast<CoiCommand>())
        {
            var alone = new CommandTree(command.Name);
            var planted = Assert.IsAssignableFrom<CoiCommand>(Assert.Single(alone.Root.Subcommands));
            Assert.Equal(HelpText.Render(command, all.Options, "coi"), HelpText.Render(planted, alone.Options, "coi"));
        }
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("shell --help")]
    [InlineData("tmux send -h")]
    [InlineData("kill --help --nonsense")]
    public async Task Help_goes_to_standard_output_and_succeeds(string line)
    {
        using var caller = new Caller();
        var said = await caller.RunAsync(line.Split(' '));
        Assert.Equal(0, said.ExitCode);
        Assert.Contains("Usage:", said.Out, StringComparison.Ordinal);
        Assert.Equal("", said.Error);
    }

    private static IEnumerable<string> Words(string line)
    {
        var inQuotes = false;
        var word = "";
        foreach (var character in line + " ")
        {
            if (character == '"') inQuotes = !inQuotes;
            else if (character != ' ' || inQuotes) word += character;
            else if (word.Length > 0)
            {
                yield return word;
                word = "";
            }
        }
    }
}
