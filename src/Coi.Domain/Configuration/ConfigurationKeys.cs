using System.Collections.Immutable;
using static Coi.Domain.Configuration.ConfigurationValue;

namespace Coi.Domain.Configuration;

/// <summary>The table of every key; the single source for reading, merging, environment variables and documentation.</summary>
public static partial class ConfigurationKeys
{
    /// <summary>Every key, in the order of the documentation.</summary>
    public static ImmutableArray<KeyDefinition> All { get; } =
    [
        new() { Name = "defaults.image", Type = KeyType.Text, Default = new Text("coi"), Variable = "CLAUDE_ON_INCUS_IMAGE", Check = ValueChecks.NotEmpty,
            Doc = "Alias of the local image that containers are made from." },
        new() { Name = "defaults.persistent", Type = KeyType.Flag, Default = new Flag(false), Variable = "CLAUDE_ON_INCUS_PERSISTENT", Project = ProjectRule.Free,
            Doc = "Keep containers, with all that was installed in them, when they stop." },
        new() { Name = "defaults.model", Type = KeyType.Text, Example = "\"claude-opus-4-5\"", DefaultDoc = "the tool's own choice", Check = ValueChecks.NotEmpty, Project = ProjectRule.Free,
            Doc = "Model that the tool is asked to use, if the tool takes one." },
        new() { Name = "defaults.mount_claude_config", Type = KeyType.Flag, Default = new Flag(true), Project = ProjectRule.OnlyFalse,
            Doc = "Copy the tool's credentials and settings from your home into sessions. Nothing of it is mounted, whatever the name says." },
        new() { Name = "defaults.max_slots", Type = KeyType.Number, Default = new Number(10), Least = 1, Most = 99, Project = ProjectRule.NotHigher,
            Doc = "How many containers of one workspace may run side by side." },

        new() { Name = "tool.name", Type = KeyType.Text, Default = new Text("claude"), Check = ValueChecks.NotEmpty,
            Doc = "The AI coding tool to start." },
        new() { Name = "tool.binary", Type = KeyType.Text, Example = "\"/opt/claude/bin/claude\"", DefaultDoc = "the tool's own", Check = ValueChecks.NotEmpty,
            Doc = "Program to start in place of the tool's own, with the tool's arguments." },
        new() { Name = "tool.args", Type = KeyType.TextList, Default = new TextList([]), Example = "[\"--verbose\"]",
            Doc = "Arguments added to the tool's own." },

        .. OwnTools,

        new() { Name = "network.mode", Type = KeyType.Text, Default = new Text("restricted"), Allowed = ["restricted", "allowlist", "open"], Project = ProjectRule.StricterMode,
            Doc = "What containers may reach: the public internet (`restricted`), only what is listed (`allowlist`), or everything (`open`)." },
        new() { Name = "network.block_private_networks", Type = KeyType.Flag, Default = new Flag(true), Project = ProjectRule.OnlyTrue,
            Doc = "In restricted mode, reject private networks." },
        new() { Name = "network.block_metadata_endpoint", Type = KeyType.Flag, Default = new Flag(true), Project = ProjectRule.OnlyTrue,
            Doc = "In restricted mode, reject link-local addresses, where clouds serve their metadata." },
        new() { Name = "network.allow_local_network_access", Type = KeyType.Flag, Default = new Flag(false), Project = ProjectRule.OnlyFalse,
            Doc = "In restricted and allowlist mode, let containers reach private networks (RFC 1918) all the same; never other slots or the host itself." },
        new() { Name = "network.allowed_domains", Type = KeyType.TextList, Default = new TextList([]), Check = ValueChecks.DomainOrAddress, Project = ProjectRule.Subset, Example = "[\"api.anthropic.com\", \"github.com\", \"8.8.8.8\"]",
            Doc = "In allowlist mode, the names and IPv4 addresses that may be reached. A name does not include its subdomains." },
        new() { Name = "network.refresh_interval_minutes", Type = KeyType.Number, Default = new Number(30), Least = 0, Most = 10080, Project = ProjectRule.LowerLimit,
            Doc = "In allowlist mode, how often names are resolved again; 0 never does." },
        new() { Name = "network.subnet_pool", Type = KeyType.Text, Default = new Text("10.213.0.0/16"), Check = ValueChecks.SubnetPool,
            Doc = "Range of IPv4 addresses that containers' networks are taken from; it must not be in use." },
        new() { Name = "network.mtu", Type = KeyType.Number, Example = "1400", DefaultDoc = "that of the host's default route", Least = 576, Most = 65535,
            Doc = "MTU of containers' networks in bytes." },
        new() { Name = "network.logging.enabled", Type = KeyType.Flag, HasEffect = false,
            Doc = "Network events are always in the daemon's log." },
        new() { Name = "network.logging.path", Type = KeyType.Text, HasEffect = false,
            Doc = "Network events are always in the daemon's log." },

        new() { Name = "environment.*", Type = KeyType.Text, Check = ValueChecks.NoNul, Example = "EDITOR = \"vim\"",
            Doc = "Environment variable of the tool, by its name." },

        .. Mounts("mounts", "Directory of the host that is mounted into containers. A mount of a higher layer replaces that of a lower one at the same place; all others stay."),
        new() { Name = "mounts.default", Type = KeyType.Mounts, SameAs = "mounts", Fields = MountFields, Project = ProjectRule.OnlyReadOnly, Doc = "Earlier name of `[[mounts]]`." },

        .. Limits("limits"),

        new() { Name = "security.protected_paths", Type = KeyType.TextList, Default = new TextList(ProtectedPaths), Check = ValueChecks.WorkspacePath, Project = ProjectRule.Superset,
            Doc = "Files and directories of the workspace that are read-only inside, because programs on the host execute or obey what they say." },
        new() { Name = "security.writable_paths", Type = KeyType.TextList, Default = new TextList([]), Check = ValueChecks.WorkspacePath, Project = ProjectRule.Subset, Example = "[\".vscode\"]",
            Doc = "Those of them that may be written all the same." },

        .. Profiles,

        new() { Name = "build.base", Type = KeyType.Text, Example = "\"images:ubuntu/22.04\"", DefaultDoc = "`images:ubuntu/22.04`, or a Debian made on the spot", Check = ValueChecks.NotEmpty,
            Doc = "Image that `coi build` starts from." },
        new() { Name = "build.host_ca_certificates", Type = KeyType.Flag, Default = new Flag(true),
            Doc = "Carry the CA certificates that were added to the host into the image." },
        new() { Name = "build.commands", Type = KeyType.TextList, Default = new TextList([]), Example = "[\"apt-get install -y ripgrep\"]",
            Doc = "Shell commands that are run as root at the end of `coi build`." },

        new() { Name = "build.tools", Type = KeyType.TextList, Default = new TextList(["claude"]), Example = "[\"claude\", \"codex\"]", Check = ValueChecks.NotEmpty,
            Doc = "AI coding tools that `coi build` installs into the image." },
        new() { Name = "build.compression", Type = KeyType.Text, Default = new Text("none"), Allowed = ["none", "zstd", "lz4", "gzip", "bzip2", "xz"],
            Doc = "How images are compressed that `coi build`, `coi build custom` and `coi image publish` make. `none` is by far the fastest; `zstd` takes about a third of the disk." },

        new() { Name = "history.retention", Type = KeyType.Duration, Example = "\"90d\"", DefaultDoc = "for ever", Check = ValueChecks.Duration,
            Doc = "How long `coi history` reaches back: what ended longer ago is forgotten when the daemon starts. `\"0\"` keeps everything." },

        new() { Name = "incus.project", Type = KeyType.Text, Default = new Text("default"), Check = ValueChecks.NotEmpty,
            Doc = "Incus project that everything is made in." },
        new() { Name = "incus.storage_pool", Type = KeyType.Text, Example = "\"default\"", DefaultDoc = "that of the project's default profile", Check = ValueChecks.NotEmpty,
            Doc = "Incus storage pool of containers." },
        new() { Name = "incus.disable_shift", Type = KeyType.Flag, Default = new Flag(false),
            Doc = "Mount without mapping owners, for hosts whose kernel or file system cannot." },
        new() { Name = "incus.group", Type = KeyType.Text, HasEffect = false, Doc = "Whoever may write to the Incus socket may use coi." },
        new() { Name = "incus.claude_uid", Type = KeyType.Number, HasEffect = false, Doc = "The user inside has your own uid." },
        new() { Name = "incus.code_uid", Type = KeyType.Number, HasEffect = false, Doc = "The user inside has your own uid." },
        new() { Name = "incus.code_user", Type = KeyType.Text, HasEffect = false, Doc = "The user inside is called `code`." },

        new() { Name = "paths.sessions_dir", Type = KeyType.Text, HasEffect = false, Variable = "CLAUDE_ON_INCUS_SESSIONS_DIR",
            Doc = "Sessions are kept in `~/.coi/sessions-<tool>`; `$COI_HOME` moves all of it." },
        new() { Name = "paths.storage_dir", Type = KeyType.Text, HasEffect = false, Variable = "CLAUDE_ON_INCUS_STORAGE_DIR",
            Doc = "No storage directory is made." },
        new() { Name = "paths.logs_dir", Type = KeyType.Text, HasEffect = false, Doc = "Logs are kept in `~/.coi/logs`; `$COI_HOME` moves all of it." },

        new() { Name = "container_prefix", Type = KeyType.Text, Default = new Text("coi-"), Variable = "COI_CONTAINER_PREFIX", InFiles = false, Check = ValueChecks.ContainerPrefix,
            Doc = "What the names of containers begin with." },
        new() { Name = "use_dummy", Type = KeyType.Flag, Default = new Flag(false), Variable = "COI_USE_DUMMY", InFiles = false,
            Doc = "Start the stand-in `dummy` with the tool's arguments; for tests." },
    ];

    /// <summary>The key that was written; null when there is none.</summary>
    public static KeyDefinition? Find(IReadOnlyList<string> path) => All.FirstOrDefault(key => key.Matches(path));

    /// <summary>The key of a setting; null when there is none.</summary>
    public static KeyDefinition? Named(string setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        return Find(setting.Split('[')[0].Split('.'));
    }

    /// <summary>Whether something begins with these tables.</summary>
    public static bool IsTable(IReadOnlyList<string> path) => All.Any(key => key.InFiles && key.Parts.Length > path.Count
        && key.Parts.Zip(path).All(pair => pair.First == "*" || pair.First == pair.Second));

    /// <summary>The built-in values.</summary>
    public static ImmutableSortedDictionary<string, Setting> Defaults { get; } = All
        .Where(key => key.Default is not null)
        .ToImmutableSortedDictionary(key => key.Name, key => new Setting(key.Default ?? new Other("nothing"), Origin.BuiltIn), StringComparer.Ordinal);
}
