using System.Text.Json;
using Coi.Contracts;
using Coi.Daemon.Hosting;
using Coi.Daemon.Protection;
using Coi.Daemon.Tests.Slots;
using Coi.Domain;
using Coi.Domain.Slots;
using Xunit;

namespace Coi.Daemon.Tests.Protection;

public sealed class WorkspaceGuardsSpecs : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("coi-guards-").FullName;
    private readonly WorkspaceGuards _guards;

    public WorkspaceGuardsSpecs()
    {
        _guards = Guards();
        Directory.CreateDirectory(Workspace);
    }

    private string Workspace => Path.Combine(_root, "project");

    [Fact]
    public void What_is_missing_is_made_before_the_start_and_removed_after_the_end()
    {
        _guards.Prepare(Spec());
        Assert.True(Directory.Exists(Path.Combine(Workspace, ".vscode")));
        Assert.Equal([new GuardedPath(".vscode", true)], Orders(1).Paths);
        Release();
        Assert.Empty(Directory.GetFileSystemEntries(Workspace));
        Assert.Empty(Directory.GetFiles(Path.Combine(_root, "home", "guards")));
    }

    [Fact]
    public void The_last_container_of_a_workspace_removes_what_was_made_whoever_made_it()
    {
        _guards.Prepare(Spec(1));
        _guards.Prepare(Spec(2));
        Release();
        Assert.True(Directory.Exists(Path.Combine(Workspace, ".vscode")));
        Release(2);
        Assert.Empty(Directory.GetFileSystemEntries(Workspace));
    }

    [Fact]
    public void A_daemon_that_was_killed_is_cleared_up_after_by_the_next()
    {
        _guards.Prepare(Spec());
        Release(1, Guards());
        Assert.Empty(Directory.GetFileSystemEntries(Workspace));
    }

    [Fact]
    public void What_somebody_has_put_there_stays()
    {
        _guards.Prepare(Spec());
        File.WriteAllText(Path.Combine(Workspace, ".vscode", "settings.json"), "{}");
        Release();
        Assert.Equal("{}", File.ReadAllText(Path.Combine(Workspace, ".vscode", "settings.json")));
    }

    [Fact]
    public void What_was_there_empty_before_stays()
    {
        Directory.CreateDirectory(Path.Combine(Workspace, ".vscode"));
        _guards.Prepare(Spec());
        Release();
        Assert.True(Directory.Exists(Path.Combine(Workspace, ".vscode")));
    }

    [Fact]
    public void Preparing_and_releasing_twice_is_like_once()
    {
        _guards.Prepare(Spec());
        _guards.Prepare(Spec());
        Release();
        Release();
        Assert.Empty(Directory.GetFileSystemEntries(Workspace));
    }

    [Fact]
    public void A_link_is_refused_and_nothing_is_made_where_it_leads()
    {
        var elsewhere = Directory.CreateDirectory(Path.Combine(_root, "elsewhere")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(Workspace, ".git"), elsewhere);
        var failure = Assert.Throws<FailureException>(() => _guards.Prepare(Spec(paths: ".git/hooks"))).Failure;
        Assert.Equal("protection.link", failure.Code);
        Assert.Empty(Directory.GetFileSystemEntries(elsewhere));
    }

    [Fact]
    public void A_workspace_that_is_gone_is_released()
    {
        _guards.Prepare(Spec());
        Directory.Delete(Workspace, recursive: true);
        Release();
        Assert.Empty(Directory.GetFiles(Path.Combine(_root, "home", "guards")));
    }

    [Fact]
    public void What_was_prepared_for_containers_that_nobody_knows_is_found_and_nothing_else()
    {
        _guards.Prepare(Spec(1));
        _guards.Prepare(Spec(2));
        File.WriteAllText(Path.Combine(_root, "home", "guards", "foreign.json"), "{");
        Assert.Equal([new OrphanedGuard(Spec(2).Container, Workspace)], _guards.Orphans(new HashSet<string> { Spec(1).Container }));
        Release(1);
        Release(2);
        Assert.Empty(Directory.GetFileSystemEntries(Workspace));
        Assert.Empty(_guards.Orphans(new HashSet<string>()));
    }

    [Fact]
    public void What_the_hook_complains_about_is_told_once()
    {
        _guards.Prepare(Spec());
        File.WriteAllText(Path.Combine(_root, "home", "guards", Spec().Container + ".error"), "cannot open .vscode: no such file");
        Assert.Contains("cannot open .vscode", _guards.Complaint(Spec().Container)?.Message, StringComparison.Ordinal);
        _guards.Prepare(Spec());
        Assert.Null(_guards.Complaint(Spec().Container));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Release(int slot = 1, WorkspaceGuards? guards = null) => (guards ?? _guards).Release(Spec(slot).Container, Workspace);

    private WorkspaceGuards Guards() => new(new DaemonHome(Path.Combine(_root, "home"), Path.Combine(_root, "socket")));

    private LaunchSpec Spec(int slot = 1, string paths = ".vscode") =>
        Launches.Spec(slot: slot) with { Workspace = Workspace, ProtectedPaths = paths.Split(' ') };

    private GuardOrders Orders(int slot) =>
        JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(_root, "home", "guards", Spec(slot).Container + ".json")), ContractsJson.Default.GuardOrders)!;
}
