using Coi.Daemon.Sessions;
using Xunit;

namespace Coi.Daemon.Tests.Sessions;

public sealed class SessionStoreSpecs : IDisposable
{
    private readonly SessionFixture _fixture = new();

    private static DateTimeOffset At(int minute) => new(2026, 1, 31, 10, minute, 3, TimeSpan.Zero);

    [Fact]
    public void Metadata_has_the_keys_order_and_form_that_scripts_read()
    {
        var id = SessionId.New();
        _fixture.Store.Save("claude", new SessionMetadata
        {
            SessionId = id,
            ContainerName = "coi-9dad1e4e-1",
            Persistent = false,
            Workspace = "/home/user/project",
            SavedAt = _fixture.Time.GetUtcNow(),
            Slot = 1,
        });

        var expected = "{\n  \"session_id\": \"" + id + "\",\n  \"container_name\": \"coi-9dad1e4e-1\",\n  \"persistent\": false,\n"
            + "  \"workspace\": \"/home/user/project\",\n  \"saved_at\": \"2026-01-31T11:02:03+01:00\",\n  \"tool\": \"claude\",\n  \"slot\": 1\n}\n";
        Assert.Equal(expected, File.ReadAllText(Path.Combine(_fixture.Store.DirectoryOf("claude", id), "metadata.json")));
    }

    [Fact]
    public void Directories_are_private_and_metadata_is_readable()
    {
        var id = _fixture.Session("/w", At(1));
        var directory = _fixture.Store.DirectoryOf("claude", id);

        Assert.Equal("700", Octal(directory));
        Assert.Equal("700", Octal(Path.GetDirectoryName(directory)!));
        Assert.Equal("644", Octal(Path.Combine(directory, "metadata.json")));
    }

    [Theory]
    [InlineData("/home/user/with \"quotes\" and \\ back")]
    [InlineData("/home/user/with\nnewline")]
    [InlineData("/home/user/Grüße/日本 <&> '")]
    public void A_workspace_with_any_characters_survives(string workspace)
    {
        var id = _fixture.Session(workspace, At(1));

        Assert.Equal(workspace, Assert.Single(_fixture.Store.List()).Workspace);
        var found = Assert.IsType<SessionLookup.Found>(_fixture.Store.FindNewest(workspace, _fixture.Claude));
        Assert.Equal(id, found.Session.Id);
    }

    [Fact]
    public void Sessions_are_listed_newest_first_over_all_tools()
    {
        var older = _fixture.Session("/a", At(1));
        var newest = _fixture.Session("/b", At(3), conversation: false, tool: "dummy");
        var middle = _fixture.Session("/a", At(2));

        Assert.Equal([newest, middle, older], _fixture.Store.List().Select(session => session.Id));
        Assert.Equal(["dummy", "claude", "claude"], _fixture.Store.List().Select(session => session.Tool));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"session_id\": ")]
    [InlineData("[1, 2]")]
    [InlineData("\0\0\0")]
    [InlineData("{\"workspace\": \"/a\", \"workspace\": \"/b\"}")]
    public void A_corrupt_metadata_file_is_a_warning_and_not_a_crash(string content)
    {
        var id = _fixture.Session("/a", At(1));
        File.WriteAllText(Path.Combine(_fixture.Store.DirectoryOf("claude", id), "metadata.json"), content);

        var session = Assert.Single(_fixture.Store.List());
        Assert.Equal(id, session.Id);
        Assert.NotNull(session.Warning);
        Assert.Equal("", session.Workspace);
    }

    [Fact]
    public void Metadata_of_any_spelling_is_read()
    {
        var id = _fixture.Session("/a", At(1));
        File.WriteAllText(
            Path.Combine(_fixture.Store.DirectoryOf("claude", id), "metadata.json"),
            "{\"saved_at\":\"2026-01-31T10:02:03.123456Z\",\"workspace\":\"\\u002fx\",\"extra\":[{}],\"persistent\":true,\"slot\":\"two\"}");

        var session = Assert.Single(_fixture.Store.List());
        Assert.Null(session.Warning);
        Assert.Equal("/x", session.Workspace);
        Assert.True(session.Persistent);
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 10, 2, 3, TimeSpan.Zero), session.SavedAtTime, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void What_is_no_session_is_not_listed()
    {
        var id = _fixture.Session("/a", At(1));
        var root = Path.GetDirectoryName(_fixture.Store.DirectoryOf("claude", id))!;
        Directory.CreateDirectory(Path.Combine(root, "notes"));
        File.WriteAllText(Path.Combine(root, SessionId.New()), "");
        File.CreateSymbolicLink(Path.Combine(root, SessionId.New()), "/etc");

        Assert.Equal(id, Assert.Single(_fixture.Store.List()).Id);
    }

    [Fact]
    public void The_newest_session_is_of_this_workspace_and_has_a_conversation()
    {
        var wanted = _fixture.Session("/w", At(1));
        _fixture.Session("/w", At(2), conversation: false);
        _fixture.Session("/other", At(3));

        var found = Assert.IsType<SessionLookup.Found>(_fixture.Store.FindNewest("/w/", _fixture.Claude));
        Assert.Equal(wanted, found.Session.Id);
    }

    [Fact]
    public void A_session_that_is_not_eligible_is_left_out()
    {
        var older = _fixture.Session("/w", At(1));
        var live = _fixture.Session("/w", At(2));

        var found = Assert.IsType<SessionLookup.Found>(_fixture.Store.FindNewest("/w", _fixture.Claude, session => session.Id != live));
        Assert.Equal(older, found.Session.Id);
    }

    [Fact]
    public void Without_any_session_the_search_says_so()
    {
        var missing = Assert.IsType<SessionLookup.Missing>(_fixture.Store.FindNewest("/w", _fixture.Claude));
        Assert.Contains("no previous session to resume", missing.Failure.Message);
    }

    [Fact]
    public void A_session_of_an_older_program_is_found_by_its_containers_name()
    {
        var id = _fixture.Session("/x", At(1));
        File.WriteAllText(
            Path.Combine(_fixture.Store.DirectoryOf("claude", id), "metadata.json"),
            $"{{\"session_id\":\"{id}\",\"container_name\":\"coi-9dad1e4e-3\"}}");

        Assert.IsType<SessionLookup.Found>(_fixture.Store.FindNewest("/home/user/project", _fixture.Claude));
        Assert.IsType<SessionLookup.Missing>(_fixture.Store.FindNewest("/x", _fixture.Claude));
    }

    [Fact]
    public void A_session_is_found_by_a_unique_beginning_of_its_id()
    {
        var id = _fixture.Session("/w", At(1));

        Assert.Equal(id, Assert.IsType<SessionLookup.Found>(_fixture.Store.Find(id[..8].ToUpperInvariant(), "/w")).Session.Id);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("ffffffff-0000-0000-0000-00000000000")]
    [InlineData("")]
    [InlineData("auto/..")]
    public void An_id_that_does_not_exist_is_not_found(string id)
    {
        _fixture.Session("/w", At(1));

        var missing = Assert.IsType<SessionLookup.Missing>(_fixture.Store.Find(id, "/w"));
        Assert.Equal($"session not found: {id}", missing.Failure.Message);
    }

    [Fact]
    public void A_session_of_another_workspace_is_refused_by_name()
    {
        var id = _fixture.Session("/other", At(1));

        var missing = Assert.IsType<SessionLookup.Missing>(_fixture.Store.Find(id, "/w"));
        Assert.Equal("session.other_workspace", missing.Failure.Code);
        Assert.Contains("/other", missing.Failure.Message);
    }

    [Fact]
    public void An_ambiguous_beginning_names_the_candidates()
    {
        var ids = Enumerable.Range(0, 20).Select(_ => _fixture.Session("/w", At(1), conversation: false)).ToList();
        var first = ids.GroupBy(id => id[0]).First(group => group.Count() > 1);

        var missing = Assert.IsType<SessionLookup.Missing>(_fixture.Store.Find(first.Key.ToString(), "/w"));
        Assert.Equal("session.ambiguous", missing.Failure.Code);
        Assert.Contains(first.First(), missing.Failure.Message);
    }

    [Fact]
    public void Deleting_a_session_removes_it_and_nothing_that_it_points_to()
    {
        var id = _fixture.Session("/w", At(1));
        Directory.CreateDirectory(_fixture.Outside);
        File.WriteAllText(Path.Combine(_fixture.Outside, "precious"), "kept");
        File.CreateSymbolicLink(_fixture.State(id, "link"), _fixture.Outside);
        var deep = _fixture.State(id);
        for (var level = 0; level < 100; level++)
            deep = Path.Combine(deep, "d");
        Directory.CreateDirectory(deep);
        File.WriteAllText(Path.Combine(deep, "file"), "");

        _fixture.Store.Delete("claude", id);
        _fixture.Store.Delete("claude", id);

        Assert.Empty(_fixture.Store.List());
        Assert.False(Directory.Exists(_fixture.Store.DirectoryOf("claude", id)));
        Assert.Equal("kept", File.ReadAllText(Path.Combine(_fixture.Outside, "precious")));
    }

    public void Dispose() => _fixture.Dispose();

    private static string Octal(string path) => Convert.ToString((int)File.GetUnixFileMode(path), 8);
}
