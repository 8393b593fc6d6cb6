using Coi.Daemon.Sessions;
using Xunit;

namespace Coi.Daemon.Tests.Sessions;

public sealed class ForkSpecs : IDisposable
{
    private readonly SessionFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void A_copy_has_the_conversation_and_nothing_more_in_common_with_its_original()
    {
        var id = _fixture.Session("/w", _fixture.Time.GetUtcNow());
        var copy = SessionId.New();
        Assert.Empty(_fixture.Store.Fork("claude", id, copy));

        Assert.Equal(id, _fixture.Store.FindConversation(_fixture.Claude, copy));
        File.AppendAllText(_fixture.State(copy, $"projects/-workspace/{id}.jsonl"), "{\"type\":\"assistant\"}\n");
        Assert.Equal("{\"type\":\"user\"}\n", File.ReadAllText(_fixture.State(id, $"projects/-workspace/{id}.jsonl")));
        // Its metadata are its own, and there are none before it begins.
        Assert.Null(_fixture.Store.Get(copy)?.Metadata);
    }

    [Fact]
    public void The_newest_conversation_is_the_newest_in_the_copy_too()
    {
        var id = _fixture.Session("/w", _fixture.Time.GetUtcNow(), conversation: false);
        var (older, newer) = ("ffffffff-0000-4000-8000-000000000000", "00000000-0000-4000-8000-000000000000");
        foreach (var (name, age) in new[] { (newer, 1), (older, 2) })
            File.SetLastWriteTimeUtc(_fixture.Transcript(id, name, "{\"type\":\"user\"}\n"), DateTime.UtcNow.AddHours(-age));
        var copy = SessionId.New();
        _fixture.Store.Fork("claude", id, copy);
        Assert.Equal(newer, _fixture.Store.FindConversation(_fixture.Claude, copy));
    }

    [Fact]
    public void Links_are_copied_as_links_and_never_followed_and_pipes_stay_behind()
    {
        var id = _fixture.Session("/w", _fixture.Time.GetUtcNow());
        File.WriteAllText(_fixture.Outside, "secret");
        File.CreateSymbolicLink(_fixture.State(id, "link"), _fixture.Outside);
        Directory.CreateSymbolicLink(_fixture.State(id, "directory"), Path.GetDirectoryName(_fixture.Outside)!);
        using (var made = System.Diagnostics.Process.Start("mkfifo", _fixture.State(id, "pipe"))) made.WaitForExit();
        var copy = SessionId.New();
        _fixture.Store.Fork("claude", id, copy);
        Assert.Equal(_fixture.Outside, new FileInfo(_fixture.State(copy, "link")).LinkTarget);
        Assert.Equal(Path.GetDirectoryName(_fixture.Outside), new DirectoryInfo(_fixture.State(copy, "directory")).LinkTarget);
        Assert.False(File.Exists(_fixture.State(copy, "pipe")));
    }

    [Fact]
    public void The_size_of_a_session_counts_its_files_and_not_what_its_links_lead_to()
    {
        var id = _fixture.Session("/w", _fixture.Time.GetUtcNow());
        var before = _fixture.Store.SizeOf(_fixture.Store.Get(id)!);
        File.WriteAllBytes(_fixture.State(id, "thousand"), new byte[1000]);
        File.WriteAllBytes(_fixture.Outside, new byte[5000]);
        File.CreateSymbolicLink(_fixture.State(id, "link"), _fixture.Outside);
        Assert.Equal(before + 1000, _fixture.Store.SizeOf(_fixture.Store.Get(id)!));
    }

    [Fact]
    public void A_session_is_found_anywhere_by_the_beginning_of_its_id_and_the_latest_of_a_workspace_without()
    {
        var older = _fixture.Session("/w", _fixture.Time.GetUtcNow());
        var newer = _fixture.Session("/w", _fixture.Time.GetUtcNow().AddMinutes(1), conversation: false);
        _fixture.Session("/elsewhere", _fixture.Time.GetUtcNow().AddHours(1));
        Assert.Equal(newer, Assert.IsType<SessionLookup.Found>(_fixture.Store.FindLatest("/w")).Session.Id);
        Assert.Equal(older, Assert.IsType<SessionLookup.Found>(_fixture.Store.FindAnywhere(older[..13])).Session.Id);
        Assert.Equal("session.none", Assert.IsType<SessionLookup.Missing>(_fixture.Store.FindLatest("/nowhere")).Failure.Code);
        Assert.Equal("session.not_found", Assert.IsType<SessionLookup.Missing>(_fixture.Store.FindAnywhere("../x")).Failure.Code);
    }
}
