using System.Diagnostics;
using Coi.Daemon.Protection;
using Xunit;

namespace Coi.Daemon.Tests.Protection;

public sealed class GitPlacesSpecs : IDisposable
{
    private static readonly string[] Both = [".git/config", ".git/hooks"];
    private readonly string _root = Directory.CreateTempSubdirectory("coi-places-").FullName;

    public GitPlacesSpecs() => Git("init", "-q", Workspace);

    private string Workspace => Path.Combine(_root, "project");

    [Fact]
    public void The_configuration_of_the_work_tree_goes_with_the_configuration() => Assert.Equal([".git/config.worktree"], GitPlaces.Beside(Workspace, Both));

    [Fact]
    public void A_directory_of_hooks_elsewhere_goes_with_the_hooks()
    {
        In(Workspace, "config", "core.hooksPath", "tools/hooks");
        Assert.Contains("tools/hooks", GitPlaces.Beside(Workspace, Both));
        Assert.Equal(["tools/hooks"], GitPlaces.Beside(Workspace, [".git/hooks"]));
        Assert.DoesNotContain("tools/hooks", GitPlaces.Beside(Workspace, [".git/config"]));
    }

    [Fact]
    public void A_file_that_is_included_is_followed_to_what_it_names()
    {
        In(Workspace, "config", "include.path", "../.gitconfig");
        File.WriteAllText(Path.Combine(Workspace, ".gitconfig"), $"[core]\n\thooksPath = {Workspace}/h\n");
        Assert.Equal([".git/config.worktree", ".gitconfig", "h"], GitPlaces.Beside(Workspace, Both));
    }

    [Fact]
    public void Places_outside_and_missing_files_are_not_ours()
    {
        In(Workspace, "config", "core.hooksPath", "../elsewhere");
        In(Workspace, "config", "--add", "core.hooksPath", "~/hooks");
        In(Workspace, "config", "include.path", "../missing");
        Assert.Equal([".git/config.worktree"], GitPlaces.Beside(Workspace, Both));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Submodules_are_found_in_the_index_and_where_git_keeps_them(int version)
    {
        var own = Path.Combine(Workspace, "libs", "own");
        Git("init", "-q", own);
        foreach (var repository in new[] { own, Workspace })
        {
            In(repository, "config", "user.name", "x");
            In(repository, "config", "user.email", "x@localhost");
        }

        In(own, "commit", "-q", "--allow-empty", "-m", "one");
        Git("clone", "-q", "--bare", own, Path.Combine(Workspace, ".git", "modules", "a", "b"));
        foreach (var file in new[] { "libs/a", "libs/own.txt", "z" }) File.WriteAllText(Path.Combine(Workspace, file), "");
        In(Workspace, "add", ".");
        In(Workspace, "update-index", "--index-version", $"{version}");
        Assert.Equal(
            [".git/config.worktree", ".git/modules/a/b/config", ".git/modules/a/b/config.worktree", ".git/modules/a/b/hooks", "libs/own/.git/config", "libs/own/.git/config.worktree", "libs/own/.git/hooks"],
            GitPlaces.Beside(Workspace, Both));
    }

    [Fact]
    public void Without_a_repository_there_is_nothing() => Assert.Empty(GitPlaces.Beside(_root, Both));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static void In(string repository, params string[] arguments) => Git(["-C", repository, .. arguments]);

    private static void Git(params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { RedirectStandardError = true }) ?? throw new InvalidOperationException("git");
        var error = git.StandardError.ReadToEnd();
        git.WaitForExit();
        Assert.True(git.ExitCode == 0, error);
    }
}
