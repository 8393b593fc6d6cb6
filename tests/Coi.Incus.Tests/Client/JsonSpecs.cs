using System.Text.Json;

namespace Coi.Incus.Tests.Client;

public sealed class JsonSpecs
{
    [Fact]
    public void What_Go_sends_as_null_is_empty()
    {
        var instance = JsonSerializer.Deserialize("""{"name":"a","config":null,"devices":null,"profiles":null,"unknown":{"x":1}}""", IncusJson.Default.Instance)!;
        var acl = JsonSerializer.Deserialize("""{"name":"a","egress":null,"ingress":null,"config":null,"used_by":null}""", IncusJson.Default.NetworkAcl)!;
        var state = JsonSerializer.Deserialize("""{"status":"Stopped","status_code":102,"network":null,"os_info":null}""", IncusJson.Default.InstanceState)!;
        var operation = Operation.Read(JsonElement.Parse("""{"id":"x","metadata":null,"resources":null,"status_code":103}"""));

        Assert.Empty(instance.Config);
        Assert.Empty(instance.Devices);
        Assert.Empty(instance.Profiles);
        Assert.Empty(acl.Egress);
        Assert.Empty(acl.UsedBy);
        Assert.Empty(state.Network);
        Assert.Empty(operation.Resources);
        Assert.Null(operation.MetadataText("fingerprint"));
        Assert.False(operation.IsFinished);
    }

    [Fact]
    public void Times_with_nanoseconds_are_read()
    {
        var instance = JsonSerializer.Deserialize(
            """{"name":"a","created_at":"2026-11-23T17:59:44.697090331Z","last_used_at":"0001-01-01T00:00:00Z"}""", IncusJson.Default.Instance)!;

        Assert.Equal(new DateTimeOffset(2026, 11, 23, 17, 59, 44, TimeSpan.Zero), new DateTimeOffset(instance.CreatedAt.Ticks / 10_000_000 * 10_000_000, TimeSpan.Zero));
        Assert.Equal(1, instance.LastUsedAt.Year);
    }

    [Fact]
    public void What_a_rule_leaves_open_is_not_sent()
    {
        Assert.Equal(
            """{"action":"reject","state":"enabled","destination":"10.0.0.0/8"}""",
            JsonSerializer.Serialize(new AclRule { Action = "reject", Destination = "10.0.0.0/8" }, IncusJson.Default.AclRule));
        Assert.Equal(
            """{"config":{"user.a":"1"}}""",
            JsonSerializer.Serialize(new InstancePatch { Description = null, Config = new Dictionary<string, string> { ["user.a"] = "1" } }, IncusJson.Default.InstancePatch));
    }

    [Theory]
    [InlineData(409, "busy", true)]
    [InlineData(400, "The network ACL already exists", true)]
    [InlineData(500, "Failed to create \"instances\" entry: UNIQUE constraint failed: instances.name", true)]
    [InlineData(500, "disk full", false)]
    [InlineData(404, null, false)]
    public void A_conflict_is_known_by_its_number_or_its_words(int status, string? words, bool conflict) =>
        Assert.Equal(conflict, new IncusException("do it", status, words).IsConflict);
}
