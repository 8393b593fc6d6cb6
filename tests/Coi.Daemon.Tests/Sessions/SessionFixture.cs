using System.Text.Json.Nodes;
using Coi.Daemon.Sessions;
using Coi.Daemon.Tools;
using Coi.Domain.Tools;
using Microsoft.Extensions.Time.Testing;

namespace Coi.Daemon.Tests.Sessions;

/// <summary>A coi home and a user's home of a test's own.</summary>
internal sealed class SessionFixture : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("coi-sessions-");

    public SessionFixture()
    {
        Time.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(1), null, null));
        Store = new SessionStore(Home, Time);
        Directory.CreateDirectory(HostClaude);
    }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.Parse("2026-01-31T10:02:03Z"));
    public string Home => Path.Combine(_root.FullName, ".coi");
    public string HostHome => Path.Combine(_root.FullName, "user");
    public string HostClaude => Path.Combine(HostHome, ".claude");
    public string Outside => Path.Combine(_root.FullName, "outside");
    public SessionStore Store { get; }
    public ToolDefinition Claude { get; } = ToolCatalog.BuiltIn.Find("claude")!;

    public string State(string id, string path = "") => Path.Combine(Home, "sessions-claude", id, ".claude", path);

    public PreparedSession Prepare(string id, params (string Name, string Value)[] environment) => Store.Prepare(new SessionPreparation
    {
        Tool = Claude,
        SessionId = id,
        HostHome = HostHome,
        Environment = environment.ToDictionary(pair => pair.Name, pair => pair.Value),
    });

    public string Session(string workspace, DateTimeOffset savedAt, bool conversation = true, string tool = "claude")
    {
        var id = SessionId.New();
        Store.Save(tool, new SessionMetadata { SessionId = id, ContainerName = "coi-00000000-1", Persistent = false, Workspace = workspace, SavedAt = savedAt });
        if (conversation)
            Transcript(id, id, "{\"type\":\"user\"}\n");
        return id;
    }

    public string Transcript(string id, string toolId, string content)
    {
        var path = State(id, $"projects/-workspace/{toolId}.jsonl");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public void Host(string path, string content)
    {
        var file = Path.Combine(HostHome, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }

    public JsonObject Json(string id, string path) => JsonNode.Parse(File.ReadAllText(State(id, path)))!.AsObject();

    public void Dispose() => _root.Delete(recursive: true);
}
