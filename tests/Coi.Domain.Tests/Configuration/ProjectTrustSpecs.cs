using System.Collections.Immutable;
using Coi.Domain.Configuration;
using CsCheck;
using Xunit;
using static Coi.Domain.Configuration.ConfigurationValue;

namespace Coi.Domain.Tests.Configuration;

public sealed class ProjectTrustSpecs
{
    public static TheoryData<string, ConfigurationValue> Loosening => new()
    {
        { "defaults.image", new Text("other") },
        { "defaults.mount_claude_config", new Flag(true) },
        { "defaults.max_slots", new Number(11) },
        { "tool.name", new Text("dummy") },
        { "tool.binary", new Text("/workspace/evil") },
        { "tool.args", new TextList(["--mcp-config", "x"]) },
        { "network.mode", new Text("open") },
        { "network.block_private_networks", new Flag(false) },
        { "network.block_metadata_endpoint", new Flag(false) },
        { "network.allow_local_network_access", new Flag(true) },
        { "network.allowed_domains", new TextList(["evil.example"]) },
        { "network.subnet_pool", new Text("10.0.0.0/8") },
        { "network.refresh_interval_minutes", new Number(0) },
        { "network.refresh_interval_minutes", new Number(31) },
        { "environment.ANTHROPIC_BASE_URL", new Text("http://evil.example") },
        { "profiles.default.network", new Text("restricted") },
        { "build.commands", new TextList(["curl evil.example"]) },
        { "incus.project", new Text("other") },
        { "incus.disable_shift", new Flag(true) },
        { "mounts[/data]", new Mount("~", "/data", ReadOnly: true) },
        { "limits.memory", new Text("9GiB") },
        { "limits.memory", new Text("0") },
        { "limits.processes", new Number(0) },
        { "limits.max_duration", new Text("0") },
        { "security.protected_paths", new TextList([".git/hooks"]) },
        { "security.writable_paths", new TextList([".git/config"]) },
    };

    [Theory]
    [MemberData(nameof(Loosening))]
    public void What_in_a_projects_file_loosens_is_found(string key, ConfigurationValue value)
    {
        var below = ConfigurationKeys.Defaults
            .SetItem("defaults.mount_claude_config", Setting(new Flag(false)))
            .SetItem("limits.memory", Setting(new Text("8GiB")));

        var loose = Assert.Single(ProjectTrust.Loosening(below, Layer(key, value)));

        Assert.Equal((key, value, below.GetValueOrDefault(key)?.Value), (loose.Key, loose.Wanted, loose.InForce));
        Assert.Equal("/w/.coi.toml:4", loose.Origin.ToString());
    }

    private static ImmutableArray<string> Protected => ((TextList)ConfigurationKeys.Defaults["security.protected_paths"].Value).Values;

    public static TheoryData<string, ConfigurationValue> Tightening => new()
    {
        { "defaults.persistent", new Flag(true) },
        { "defaults.mount_claude_config", new Flag(false) },
        { "defaults.max_slots", new Number(2) },
        { "network.mode", new Text("allowlist") },
        { "network.mode", new Text("restricted") },
        { "network.block_private_networks", new Flag(true) },
        { "network.refresh_interval_minutes", new Number(5) },
        { "network.allowed_domains", new TextList(["b.example"]) },
        { "defaults.image", new Text("coi") },
        { "incus.claude_uid", new Number(1000) },
        { "mounts[/data]", new Mount("~/data", "/data", ReadOnly: true) },
        { "limits.memory", new Text("4096MiB") },
        { "limits.processes", new Number(500) },
        { "limits.max_duration", new Text("1h") },
        { "security.protected_paths", new TextList(["Makefile", .. Protected]) },
        { "security.writable_paths", new TextList([]) },
    };

    [Theory]
    [MemberData(nameof(Tightening))]
    public void A_projects_file_may_tighten_or_repeat(string key, ConfigurationValue value)
    {
        var below = ConfigurationKeys.Defaults
            .SetItem("network.allowed_domains", Setting(new TextList(["a.example", "b.example"])))
            .SetItem("mounts[/data]", Setting(new Mount("~/data", "/data", ReadOnly: false)))
            .SetItem("limits.memory", Setting(new Text("8GiB")));

        Assert.Empty(ProjectTrust.Loosening(below, Layer(key, value)));
    }

    [Fact]
    public void What_a_project_may_change_never_opens_the_network() =>
        Gen.Select(OneOf("open", "restricted", "allowlist"), Gen.Bool, OneOf("open", "restricted", "allowlist"), Gen.Bool)
            .Sample((mode, block, wantedMode, wantedBlock) =>
            {
                var below = ConfigurationKeys.Defaults
                    .SetItem("network.mode", Setting(new Text(mode)))
                    .SetItem("network.block_private_networks", Setting(new Flag(block)));
                var project = Layer("network.mode", new Text(wantedMode)).SetItem("network.block_private_networks", Setting(new Flag(wantedBlock)));
                if (ProjectTrust.Loosening(below, project).Length > 0)
                    return true;
                return Strictness(wantedMode) >= Strictness(mode) && (wantedBlock || !block);
            });

    [Fact]
    public void What_a_projects_file_wants_cannot_hide_itself_from_who_reads_it()
    {
        var wish = new LooseSetting("environment.A", new Text("x\u001b[2K\u202e\n\"y\""), null, Origin.BuiltIn);

        Assert.Equal("environment.A = \"x\\u001B[2K\\u202E\\n\\\"y\\\"\"", wish.Text);
        Assert.True(new LooseSetting("tool.binary", new Text(new string('x', 10_000)), null, Origin.BuiltIn).Text.Length < 600);
    }

    private static int Strictness(string mode) => mode switch { "open" => 0, "restricted" => 1, _ => 2 };

    private static Setting Setting(ConfigurationValue value) => new(value, new Origin(Coi.Domain.Configuration.Layer.Project, "/w/.coi.toml", 4, 1));

    private static ImmutableSortedDictionary<string, Setting> Layer(string key, ConfigurationValue value) =>
        ImmutableSortedDictionary<string, Setting>.Empty.Add(key, Setting(value));

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);
}
