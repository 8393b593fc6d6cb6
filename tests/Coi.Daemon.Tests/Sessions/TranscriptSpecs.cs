using Coi.Daemon.Sessions;
using Xunit;

namespace Coi.Daemon.Tests.Sessions;

public sealed class TranscriptSpecs : IDisposable
{
    private const string Said = "{\"type\":\"mode\"}\n{\"parentUuid\":null,\"type\":\"user\",\"message\":{}}\n";

    private readonly SessionFixture _fixture = new();
    private readonly string _id = SessionId.New();
    private readonly string _older = SessionId.New();
    private readonly string _newer = SessionId.New();

    [Fact]
    public void The_newest_transcript_is_resumed_not_the_first_by_name()
    {
        Transcript(_older, Said, minute: 1);
        Transcript(_newer, Said, minute: 2);

        Assert.Equal(_newer, _fixture.Prepare(_id).ToolSessionId);
        Assert.True(_fixture.Store.HasConversation(_fixture.Claude, _id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"type\":\"mode\"}\n{\"type\":\"summary\"}\n")]
    [InlineData("{\"type\":\"user\"")]
    [InlineData("not json \"type\":\"user\"\n")]
    [InlineData("[\"user\"]\n")]
    public void A_transcript_in_which_nothing_was_said_does_not_count(string content)
    {
        Transcript(_older, Said, minute: 1);
        Transcript(_newer, content, minute: 2);

        Assert.Equal(_older, _fixture.Store.FindConversation(_fixture.Claude, _id));
    }

    [Fact]
    public void Transcripts_of_sub_agents_and_links_do_not_count()
    {
        Transcript("agent-0123", Said, minute: 3);
        var outside = Path.Combine(_fixture.HostHome, "other.jsonl");
        File.WriteAllText(outside, Said);
        File.CreateSymbolicLink(Path.Combine(Path.GetDirectoryName(Transcript(_older, Said, minute: 1))!, _newer + ".jsonl"), outside);

        Assert.Equal(_older, _fixture.Store.FindConversation(_fixture.Claude, _id));
    }

    [Fact]
    public void A_linked_directory_of_transcripts_holds_no_conversation()
    {
        var outside = Directory.CreateDirectory(Path.Combine(_fixture.Outside, "-workspace")).FullName;
        File.WriteAllText(Path.Combine(outside, _older + ".jsonl"), Said);
        _fixture.Prepare(_id);
        File.CreateSymbolicLink(_fixture.State(_id, "projects"), _fixture.Outside);

        Assert.Null(_fixture.Store.FindConversation(_fixture.Claude, _id));
        Assert.Null(_fixture.Prepare(_id).ToolSessionId);
    }

    // The tool refuses to resume such a transcript, and refuses a new session under an id that has one.
    [Fact]
    public void An_empty_transcript_under_the_sessions_own_id_is_moved_out_of_the_way()
    {
        var path = Transcript(_id, "{\"type\":\"mode\"}\n", minute: 1);

        Assert.Null(_fixture.Prepare(_id).ToolSessionId);

        Assert.False(File.Exists(path));
        Assert.True(File.Exists(path + ".empty"));
    }

    [Fact]
    public void A_session_that_does_not_exist_has_no_conversation() =>
        Assert.False(_fixture.Store.HasConversation(_fixture.Claude, SessionId.New()));

    public void Dispose() => _fixture.Dispose();

    private string Transcript(string name, string content, int minute)
    {
        var path = _fixture.Transcript(_id, name, content);
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1, 0, minute, 0, DateTimeKind.Utc));
        return path;
    }
}
