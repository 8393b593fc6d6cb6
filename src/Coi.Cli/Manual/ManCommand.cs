using System.CommandLine;
using System.Text;
using Coi.Cli.CommandLine;

namespace Coi.Cli.Manual;

/// <summary><c>coi __man DIRECTORY</c>: writes every manual page; the installer calls it.</summary>
internal sealed class ManCommand : CoiCommand
{
    private readonly Argument<string> _directory = new("directory");

    /// <summary>Makes the command.</summary>
    public ManCommand() : base("__man", "Writes the manual pages")
    {
        Hidden = true;
        Arguments.Add(_directory);
    }

    /// <inheritdoc />
    public override Task<int> RunAsync(Invocation invocation)
    {
        var directory = Path.GetFullPath(invocation.Value(_directory) ?? ".", invocation.Surroundings.WorkingDirectory);
        Directory.CreateDirectory(directory);
        var tree = new CommandTree();
        foreach (var command in tree.Shown)
        {
            var file = ManPage.NameOf(command) + ".1";
            File.WriteAllText(Path.Combine(directory, file), ManPage.Render(command, tree.Options), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            invocation.Surroundings.Out.WriteLine(file);
        }

        return Task.FromResult(ExitCodes.Success);
    }
}
