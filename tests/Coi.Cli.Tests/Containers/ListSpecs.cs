using System.Text.Json;
using Coi.Cli.Containers;
using Coi.Contracts;
using Xunit;

namespace Coi.Cli.Tests.Containers;

public sealed class ListSpecs
{
    private static readonly ContainerSummary Running = new()
    {
        Name = "coi-9dad1e4e-1",
        Status = "Running",
        Phase = "running",
        Persistent = true,
        Slot = 1,
        Workspace = "/home/user/project <&>",
        SessionId = "2f6c",
        Tool = "claude",
        Image = "coi",
        Ipv4 = "10.88.0.17",
        Network = "restricted",
        CreatedAt = new DateTimeOffset(2026, 1, 31, 10, 0, 0, TimeZoneInfo.Local.GetUtcOffset(new DateTime(2026, 1, 31, 10, 0, 0))),
    };

    private static readonly ContainerSummary Failed = Running with
    {
        Name = "coi-9dad1e4e-2",
        Status = "Stopped",
        Phase = "failed",
        Persistent = false,
        Slot = 2,
        Ipv4 = "",
        Failure = "no address",
    };

    private static readonly SessionSummary Saved = new()
    {
        Id = "2f6c",
        SavedAt = "2026-01-31T11:02:03+01:00",
        Workspace = "/home/user/project",
        Tool = "claude",
        LiveIn = "coi-9dad1e4e-1",
    };

    [Fact]
    public void The_text_has_the_layout_that_scripts_know()
    {
        Assert.Equal(
            """
            Active Containers:
            ------------------
              coi-9dad1e4e-1 (persistent)
                Status: Running
                IPv4: 10.88.0.17
                Created: 2026-01-31 10:00:00
                Image: coi
                Workspace: /home/user/project <&>
              coi-9dad1e4e-2 (ephemeral)
                Status: Stopped
                Created: 2026-01-31 10:00:00
                Image: coi
                Workspace: /home/user/project <&>
                Failure: no address

            Saved Sessions:
            ---------------
              2f6c
                Saved: 2026-01-31T11:02:03+01:00
                Workspace: /home/user/project
                Live in: coi-9dad1e4e-1

            """.ReplaceLineEndings("\n"),
            Text(new Listing([Running, Failed], [Saved]), all: true));
    }

    [Fact]
    public void Nothing_is_said_to_be_nothing()
    {
        Assert.Equal("Active Containers:\n------------------\n  (none)\n", Text(new Listing([], null), all: false));
        Assert.EndsWith("\nSaved Sessions:\n---------------\n  (none)\n", Text(new Listing([], []), all: true), StringComparison.Ordinal);
    }

    [Fact]
    public void The_json_has_the_keys_their_order_and_the_escapes_that_scripts_know()
    {
        Assert.Equal(
            """
            {
              "active_containers": [
                {
                  "created_at": "2026-01-31 10:00:00",
                  "image": "coi",
                  "ipv4": "10.88.0.17",
                  "name": "coi-9dad1e4e-1",
                  "network": "restricted",
                  "persistent": true,
                  "phase": "running",
                  "session_id": "2f6c",
                  "slot": 1,
                  "status": "Running",
                  "tool": "claude",
                  "workspace": "/home/user/project \u003c\u0026\u003e"
                }
              ],
              "saved_sessions": [
                {
                  "ID": "2f6c",
                  "SavedAt": "2026-01-31T11:02:03+01:00",
                  "Workspace": "/home/user/project",
                  "Tool": "claude",
                  "LiveIn": "coi-9dad1e4e-1"
                }
              ]
            }

            """.ReplaceLineEndings("\n"),
            Json(new Listing([Running], [Saved])));
    }

    [Fact]
    public void Containers_launched_by_name_stand_among_the_others_and_have_no_session()
    {
        var launched = Running with { Name = "box", Persistent = true, Slot = 0, SessionId = "", Tool = "", Workspace = "", Ipv4 = "10.88.0.18" };
        var listing = new Listing([Running], null, [launched]);

        Assert.StartsWith(
            "Active Containers:\n------------------\n  box (persistent)\n    Status: Running\n    IPv4: 10.88.0.18\n    Created: 2026-01-31 10:00:00\n    Image: coi\n    Session: none (coi container launch)\n  coi-9dad1e4e-1",
            Text(listing, all: false), StringComparison.Ordinal);

        using var json = JsonDocument.Parse(Json(listing));
        var container = json.RootElement.GetProperty("active_containers")[0];
        Assert.Equal(
            ["created_at", "image", "ipv4", "name", "network", "persistent", "phase", "status"], container.EnumerateObject().Select(property => property.Name));
        Assert.Equal("box", container.GetProperty("name").GetString());
    }

    [Fact]
    public void Json_without_sessions_has_no_key_for_them_and_an_empty_list_is_a_list()
    {
        using var json = JsonDocument.Parse(Json(new Listing([], [])));
        Assert.Equal(0, json.RootElement.GetProperty("active_containers").GetArrayLength());
        Assert.False(json.RootElement.TryGetProperty("saved_sessions", out _));
        using var stopped = JsonDocument.Parse(Json(new Listing([Failed with { Workspace = "" }], null)));
        var container = stopped.RootElement.GetProperty("active_containers")[0];
        Assert.Equal("", container.GetProperty("ipv4").GetString());
        Assert.False(container.TryGetProperty("workspace", out _));
    }

    private static string Json(Listing listing)
    {
        using var text = new StringWriter();
        ListingJson.Render(listing, text);
        return text.ToString();
    }

    private static string Text(Listing listing, bool all)
    {
        using var text = new StringWriter { NewLine = "\n" };
        ListingText.Render(listing, all, text);
        return text.ToString();
    }
}
