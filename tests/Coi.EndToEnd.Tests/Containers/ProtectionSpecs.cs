using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Containers;

public sealed class ProtectionSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    // Each must fail, as root inside; what succeeds is printed.
    private const string Attacks = """
        broken() { "$@" >/dev/null 2>&1 && echo "BROKEN: $*"; }
        mkdir -p /m
        broken touch .git/hooks/pre-commit
        broken sh -c 'echo x >> .git/config'
        broken git config user.name evil
        broken ln .git/config copy
        broken rm -rf .git/hooks
        broken mv .git .git2
        broken mv .git/hooks .git/hooks2
        broken mv .claude .claude2
        broken mv .claude/agents .claude/agents2
        broken umount .claude/agents
        broken touch .claude/new
        broken touch .claude/settings.json
        broken touch .vscode/tasks.json
        broken rmdir .vscode
        broken mv .vscode .vscode2
        broken sh -c 'echo x > .coi.toml'
        broken rmdir .coi.toml
        broken touch .husky/pre-commit
        broken umount .git/hooks
        broken umount -l .git
        broken umount .vscode
        broken mount -o remount,rw,bind .git/hooks
        broken mount --move .git/hooks /m
        broken mount --bind /workspace /m
        broken sh -c 'mount --rbind /workspace /m && umount /m/.git/hooks'
        broken sh -c 'mount --make-rprivate / && umount /m/.git/hooks'
        broken unshare -m umount -l .git/hooks
        broken unshare -Urm umount .git/hooks
        umount -R /m
        umount -l /workspace
        broken test -e /workspace/.git
        """;

    [Fact]
    public async Task Root_inside_cannot_write_what_the_host_executes_and_git_still_works()
    {
        await RepositoryAsync(Coi.Workspace);
        Directory.CreateDirectory(Path.Combine(Coi.Workspace, ".claude", "agents"));
        var before = await Shell.OutputAsync("find", Coi.Workspace, "-not", "-path", "*/objects/*", "-not", "-path", "*/objects");

        var name = await Coi.StartAsync();
        var commit = await IncusView.ShellAsync(name, "echo a > f && git add -A && git commit -qm inside && git checkout -qb branch && git status --short");
        Assert.Equal("", commit.Succeeded().Output);
        (await IncusView.ShellAsync(name, "echo hello > .claude/agents/one.md")).Succeeded(); // what nobody protects stays writable
        File.Delete(Path.Combine(Coi.Workspace, ".claude", "agents", "one.md"));
        var attacks = await IncusView.ExecAsync(name, "sh", "-c", $"cd /workspace\n{Attacks}");
        Assert.DoesNotContain("BROKEN", attacks.Output, StringComparison.Ordinal);
        Assert.Equal("f\n", await Shell.OutputAsync("git", "-C", Coi.Workspace, "show", "--format=", "--name-only", "branch"));
        Assert.Equal("", await Shell.OutputAsync("git", "-C", Coi.Workspace, "status", "--short"));

        await Coi.OutputAsync("kill", name, "--force");
        foreach (var left in new[] { ".vscode", ".husky", ".coi.toml" }) Assert.False(Path.Exists(Path.Combine(Coi.Workspace, left)), left);
        Assert.All(before.Split('\n', StringSplitOptions.RemoveEmptyEntries), path => Assert.True(Path.Exists(path), path));
        Assert.DoesNotContain(Path.GetFileName(Coi.Root), await File.ReadAllTextAsync("/proc/self/mountinfo"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_left_in_the_workspace_when_the_daemon_is_killed_and_the_container_ends_meanwhile()
    {
        var (one, two) = (await Coi.StartAsync(), await Coi.StartAsync());
        Assert.True(Directory.Exists(Path.Combine(Coi.Workspace, ".vscode")));
        await Coi.OutputAsync("kill", one, "--force");
        Assert.True(Directory.Exists(Path.Combine(Coi.Workspace, ".vscode"))); // the other needs it
        Assert.NotEqual(0, (await IncusView.ExecAsync(two, "touch", "/workspace/.vscode/x")).ExitCode);

        await Coi.KillDaemonAsync();
        await Shell.OutputAsync("incus", "stop", "--force", two);
        await Coi.ListAsync(); // another daemon
        await Coi.NothingIsLeftAsync();
        Assert.Empty(Directory.GetFileSystemEntries(Coi.Workspace));
    }

    [Fact]
    public async Task A_worktree_whose_git_is_a_file_is_protected()
    {
        var repository = Path.Combine(Coi.Root, "repository");
        Directory.CreateDirectory(repository);
        await RepositoryAsync(repository);
        await Shell.OutputAsync("git", "-C", repository, "commit", "-q", "--allow-empty", "-m", "first");
        var worktree = Path.Combine(Coi.Root, "worktree");
        await Shell.OutputAsync("git", "-C", repository, "worktree", "add", "-q", worktree);

        var name = await Coi.StartAsync("-w", worktree);
        foreach (var attack in new[] { "echo gitdir: /workspace/evil > .git", "rm -f .git", "mv .git x", "umount .git" })
            Assert.NotEqual(0, (await IncusView.ExecAsync(name, "sh", "-c", $"cd /workspace && {attack}")).ExitCode);
    }

    [Fact]
    public async Task What_git_obeys_by_way_of_its_configuration_is_protected_too()
    {
        await RepositoryAsync(Coi.Workspace);
        var submodule = Path.Combine(Coi.Workspace, "sub");
        await RepositoryAsync(submodule);
        await Shell.OutputAsync("git", "-C", submodule, "commit", "-q", "--allow-empty", "-m", "first");
        await Shell.OutputAsync("git", "-C", Coi.Workspace, "add", "sub");
        Directory.CreateDirectory(Path.Combine(Coi.Workspace, "tools", "hooks"));
        await Shell.OutputAsync("git", "-C", Coi.Workspace, "config", "core.hooksPath", "tools/hooks");

        var name = await Coi.StartAsync();
        foreach (var attack in new[] { "touch tools/hooks/pre-commit", "mv tools x", "git -C sub config core.fsmonitor ./x", "mv sub/.git sub/x", "mv sub x", "echo x > .git/config.worktree", "touch sub/.git/hooks/x" })
            Assert.NotEqual(0, (await IncusView.ExecAsync(name, "sh", "-c", $"cd /workspace && {attack}")).ExitCode);
        (await IncusView.ShellAsync(name, "git -C sub commit -q --allow-empty -m second && git add sub && git commit -qm inside")).Succeeded();
    }

    [Fact]
    public async Task What_is_listed_as_writable_can_be_written()
    {
        Coi.Configure("[security]\nwritable_paths = [\".vscode\", \".git/config\"]\n");
        await RepositoryAsync(Coi.Workspace);
        var name = await Coi.StartAsync();
        (await IncusView.ShellAsync(name, "mkdir .vscode && echo {} > .vscode/settings.json && git config core.fsmonitor false")).Succeeded();
        Assert.NotEqual(0, (await IncusView.ShellAsync(name, "touch .git/hooks/pre-commit")).ExitCode);
    }

    [Fact]
    public async Task A_link_in_place_of_a_protected_path_is_refused_with_the_way_out()
    {
        Directory.CreateSymbolicLink(Path.Combine(Coi.Workspace, ".vscode"), "/etc");
        var refused = await Coi.RunAsync("shell", "--background");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(".vscode in the workspace is a symbolic link", refused.Error, StringComparison.Ordinal);
        Assert.Contains("writable_paths", refused.Error, StringComparison.Ordinal);
        await Coi.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_kept_container_is_protected_again_when_it_is_started_again()
    {
        var name = await Coi.StartAsync("--persistent");
        await Coi.OutputAsync("tmux", "send", name, "!poweroff");
        await Eventually.IsTrueAsync("waiting until the placeholders are gone", TimeSpan.FromSeconds(30), () => Task.FromResult(!Path.Exists(Path.Combine(Coi.Workspace, ".vscode"))), () => "");
        Assert.Equal(name, await Coi.StartAsync("--persistent"));
        Assert.NotEqual(0, (await IncusView.ExecAsync(name, "sh", "-c", "umount /workspace/.vscode; touch /workspace/.vscode/x")).ExitCode);
    }

    private static async Task RepositoryAsync(string directory)
    {
        await Shell.OutputAsync("git", "init", "-q", directory);
        foreach (var (key, value) in new[] { ("user.email", "e2e@localhost"), ("user.name", "e2e") }) await Shell.OutputAsync("git", "-C", directory, "config", key, value);
    }
}
