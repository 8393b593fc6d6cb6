using System.Collections.Immutable;

namespace Coi.Domain.Configuration;

/// <summary>Keys that come in groups.</summary>
public static partial class ConfigurationKeys
{
    // What git, package managers, editors and coi itself execute or obey on the host, long after the session.
    private static ImmutableArray<string> ProtectedPaths =>
        [".git/hooks", ".git/config", ".husky", ".vscode", ".coi.toml", ".claude/settings.json", ".claude/settings.local.json"];

    private static ImmutableArray<KeyDefinition> MountFields =>
    [
        new() { Name = "host", Example = "\"~/data\"", Type = KeyType.Text, Required = true, Check = ValueChecks.HostPath, Doc = "Directory on the host, absolute or below `~`." },
        new() { Name = "container", Example = "\"/data\"", Type = KeyType.Text, Required = true, Check = ValueChecks.ContainerPath, Doc = "Its absolute place in the container." },
        new() { Name = "readonly", Example = "true", Type = KeyType.Flag, Doc = "Whether it can only be read there." },
    ];

    private static ImmutableArray<KeyDefinition> Profiles =>
    [
        Profiled("inherits", KeyType.Text, "Profile that this one builds on: what it leaves out is taken from there.") with { Example = "\"base\"", Check = ValueChecks.NotEmpty },
        Profiled("image", KeyType.Text, "`defaults.image` under this profile.") with { Example = "\"coi-rust\"", Check = ValueChecks.NotEmpty },
        Profiled("persistent", KeyType.Flag, "`defaults.persistent` under this profile.") with { Example = "true" },
        Profiled("tool", KeyType.Text, "`tool.name` under this profile.") with { Example = "\"claude\"", Check = ValueChecks.NotEmpty },
        Profiled("network", KeyType.Text, "`network.mode` under this profile.") with { Example = "\"allowlist\"", Allowed = ["restricted", "allowlist", "open"] },
        Profiled("environment.*", KeyType.Text, "Environment variable of the tool under this profile.") with { Example = "RUST_BACKTRACE = \"1\"", Check = ValueChecks.NoNul },
        .. Mounts("profiles.*.mounts", "A mount as in `[[mounts]]`, under this profile.").Select(key => key with { Project = ProjectRule.Never }),
        .. Limits("profiles.*.limits").Select(key => key with { Project = ProjectRule.Never, DefaultDoc = "", Doc = $"`limits.{key.Parts[^1]}` under this profile." }),
    ];

    private static ImmutableArray<KeyDefinition> OwnTools =>
    [
        OwnTool("binary", KeyType.Text, "Program of a tool of your own, which `tool.name` can then name; it must be in the image.") with { Example = "\"my-agent\"", Check = ValueChecks.NotEmpty },
        OwnTool("args", KeyType.TextList, "Its arguments; `{session_id}` stands for the session's id, a UUID.") with { Example = "[\"--session\", \"{session_id}\"]" },
        OwnTool("resume_args", KeyType.TextList, "Its arguments to go on with a conversation; `{tool_session_id}` stands for the tool's own id of it.") with { Example = "[\"--continue\"]", DefaultDoc = "those of `args`" },
        OwnTool("model_args", KeyType.TextList, "Arguments that are added when `defaults.model` is set; `{model}` stands for it.") with { Example = "[\"--model\", \"{model}\"]" },
        OwnTool("state_directories", KeyType.TextList, "Directories below its home that are kept with the session.") with { Example = "[\".my-agent\"]", Check = ValueChecks.HomePath },
        OwnTool("copy", KeyType.TextList, "Files, and with a slash at the end directories, that are copied from the first of these directories in your home.") with { Example = "[\"AGENTS.md\", \"prompts/\"]" },
        OwnTool("credentials", KeyType.TextList, "Credentials that are copied likewise; the copy that was written later wins.") with { Example = "[\"auth.json\"]" },
        OwnTool("transcripts", KeyType.Text, "Where its conversations lie in the first of these directories: `*` stands for any part of a name, `{id}` for the tool's own id.")
            with { Example = "\"sessions/{id}.jsonl\"", Check = ValueChecks.NotEmpty },
        OwnTool("environment.*", KeyType.Text, "Environment variable of the tool; `{home}` stands for its home.") with { Example = "MY_AGENT_HOME = \"{home}/.my-agent\"", Check = ValueChecks.NoNul },
    ];

    private static KeyDefinition OwnTool(string name, KeyType type, string doc) => new() { Name = "tools.*." + name, Type = type, Doc = doc };

    private static KeyDefinition Profiled(string name, KeyType type, string doc) => new() { Name = "profiles.*." + name, Type = type, Doc = doc };

    private static ImmutableArray<KeyDefinition> Mounts(string name, string doc) =>
        [new() { Name = name, Type = KeyType.Mounts, Fields = MountFields, Project = ProjectRule.OnlyReadOnly, Doc = doc }];

    private static ImmutableArray<KeyDefinition> Limits(string table) =>
    [
        Limit(table + ".cpu", KeyType.Number, "How many processors a container may use; 0 is no limit.") with { Example = "4", Least = 0, Most = 4096 },
        Limit(table + ".memory", KeyType.Size, "How much memory a container may use: a number with `KiB`, `MiB`, `GiB` or `TiB`, or with `kB`, `MB`, `GB` or `TB`; `\"0\"` is no limit.")
            with { Example = "\"8GiB\"", Check = ValueChecks.Memory },
        Limit(table + ".processes", KeyType.Number, "How many processes and threads a container may have; 0 is no limit.")
            with { Example = "2000", Least = 0, Most = 4194304, Check = ValueChecks.Processes },
        Limit(table + ".disk", KeyType.Size, "How large a container's own disk may grow, in the units of `memory`; the storage pool must support it (btrfs, zfs and lvm do, dir does not). On btrfs it turns quotas on for the whole pool, which makes starts and removals slower. `\"0\"` is no limit.")
            with { Example = "\"20GiB\"", Check = ValueChecks.Disk },
        Limit(table + ".max_duration", KeyType.Duration, "How long a session may last: a number with `s`, `m`, `h` or `d`, or several such as `1h30m`; `\"0\"` is no limit.")
            with { Example = "\"8h\"", Check = ValueChecks.Duration },
    ];

    private static KeyDefinition Limit(string name, KeyType type, string doc) =>
        new() { Name = name, Type = type, Project = ProjectRule.LowerLimit, DefaultDoc = "no limit", Doc = doc };
}
