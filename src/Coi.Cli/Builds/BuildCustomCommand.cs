using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Images;
using Coi.Cli.Sessions;
using Coi.Contracts;

namespace Coi.Cli.Builds;

/// <summary><c>coi build custom</c>.</summary>
internal sealed class BuildCustomCommand : CoiCommand
{
    // What the daemon takes as one request is bounded, and a script is no archive.
    private const long LargestScript = 2 * 1024 * 1024;

    private readonly Argument<string> _alias = new("name");
    private readonly Option<string> _script = new("--script") { HelpName = "FILE", Description = "Script that root runs in the container (required)" };
    private readonly Option<string> _base = new("--base") { HelpName = "IMAGE", Description = "Local alias or images:… name to start from (default coi)" };
    private readonly Option<bool> _force = new("--force") { Description = "Build although the image exists" };

    /// <summary>Makes the command.</summary>
    public BuildCustomCommand() : base("custom", "Make an image of your own with a script")
    {
        Arguments.Add(_alias);
        Options.Add(_script);
        Options.Add(_base);
        Options.Add(_force);
    }

    /// <inheritdoc />
    public override string Details =>
        "The script runs as root in a container made from the base, under the network policy of builds; its first line names the program that\n" +
        "runs it (bash without one). When it ends with exit code 0 the container becomes the image. What it prints goes to standard error and\n" +
        "into the build's log; the result is JSON on standard output, also when the image exists and nothing is done.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("build custom coi-rust --script install-rust.sh", "from the image coi"),
        new("build custom coi-rust --script install-rust.sh --force", "anew; the earlier version stays until 'coi image cleanup'"),
        new("build custom tiny --script setup.sh --base my-debian", "from another image"),
        new("shell --image coi-rust", "and use it"),
    ];

    /// <inheritdoc />
    public override Completes CompletesAt(int position) => position == 0 ? Completes.Images : Completes.Nothing;

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var surroundings = invocation.Surroundings;
        if (invocation.Value(_script) is not { Length: > 0 } path) throw new UsageException("required flag(s) \"script\" not set", UsageErrors.SeeHelp(this));
        var alias = invocation.Value(_alias) ?? "";
        var request = new BuildRequest
        {
            Alias = alias,
            Force = invocation.Value(_force),
            Base = invocation.Value(_base),
            Script = Read(Path.GetFullPath(path, surroundings.WorkingDirectory)),
            Client = ClientContexts.Of(surroundings),
        };

        var (built, code) = await new BuildRun(surroundings).RunAsync(request);
        if (built is null) return code;
        var talk = new Talk(surroundings);
        if (built.Skipped)
        {
            talk.Say($"Image '{alias}' already exists; --force builds it anew");
        }
        else
        {
            talk.Say($"Image '{alias}' is built ({ByteSize.Text(built.SizeBytes)}, version {built.VersionAlias}, log {built.LogPath})");
            if (OlderVersions.Text(built) is { } older) talk.Say(older);
        }

        OutputFormat.WriteJson(surroundings, new BuiltCustomImage(built.Alias, built.Fingerprint, built.Skipped), ImagesJson.Default.BuiltCustomImage);
        return ExitCodes.Success;
    }

    private static BuildScript Read(string path)
    {
        if (Directory.Exists(path)) throw new ProblemException(new Problem("script.directory", $"script {path} is a directory", "--script takes one file"));
        var file = new FileInfo(path);
        if (!file.Exists) throw new ProblemException(new Problem("script.missing", $"script not found: {path}", "correct the path after --script"));
        if (file.Length > LargestScript)
            throw new ProblemException(new Problem("script.large", $"script {path} has {ByteSize.Text(file.Length)}; at most {ByteSize.Text(LargestScript)} can be taken", "fetch what is large from within the script"));
        var content = File.ReadAllBytes(path);
        // The kernel would look for a program "bash\r", and say only that it is not there.
        if (content.AsSpan(0, Math.Max(content.AsSpan().IndexOf((byte)'\n'), 0)).EndsWith("\r"u8))
            throw new ProblemException(new Problem("script.line_ends", $"script {path} has Windows line ends, with which it cannot run", $"sed -i 's/\\r$//' '{path}'"));
        return new BuildScript(file.Name, content);
    }
}
