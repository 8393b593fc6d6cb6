using System.Text;
using Coi.Domain.Configuration;

namespace Coi.Domain.Tests.Configuration;

/// <summary>Writes docs/configuration.md from the table of keys.</summary>
internal static class ConfigurationDocument
{
    private const string Head = """
        # Configuration

        <!-- Made from the table of keys in src/Coi.Domain/Configuration/ConfigurationKeys.cs.
             After a change there: COI_UPDATE_DOCS=1 dotnet test tests/Coi.Domain.Tests -->

        coi reads TOML. Every layer may leave keys out, and a key that is absent changes nothing. From the lowest layer to the highest:

        1. built-in values
        2. `/etc/coi/config.toml`
        3. `~/.config/coi/config.toml` (`$XDG_CONFIG_HOME/coi/config.toml` when that is set)
        4. `.coi.toml` in the workspace, which may only tighten unless you trust it (below)
        5. the file that `$COI_CONFIG` names
        6. environment variables (below)
        7. the profile given with `--profile`
        8. flags of the command line

        Unknown keys and wrong types are errors that name the file, the line, the column and the nearest known key.

        ```toml
        # ~/.config/coi/config.toml
        [defaults]
        persistent = true

        [network]
        mode = "allowlist"
        allowed_domains = ["api.anthropic.com", "github.com", "8.8.8.8"]

        [environment]
        EDITOR = "vim"

        [profiles.rust]
        image = "coi-rust"
        environment = { RUST_BACKTRACE = "1" }
        limits = { memory = "8GiB", max_duration = "8h" }

        [profiles.nightly]
        inherits = "rust"
        image = "coi-rust-nightly"

        [[mounts]]
        host = "~/datasets"
        container = "/data"
        readonly = true
        ```

        ## The workspace's own file

        `.coi.toml` is written by whoever wrote the repository, perhaps by the agent itself. So on its own it may only tighten what your own
        configuration says. Anything else in it, such as a mount, another image or an open network, has no effect until you trust the file;
        `coi shell` says what that would be. The column *workspace* below says what the file may do with a key without trust; repeating the
        value in force is always allowed. It must be a regular file: a link is refused unread.

        | command | what it does |
        |---|---|
        | `coi trust [DIRECTORY]` | shows what the file wants, and puts it in force as it is now; on a terminal it asks first |
        | `coi trust --list` | what is trusted, and whether it has changed since |
        | `coi untrust [DIRECTORY]` | takes the trust back |

        Trust is kept in `trust.json` of the coi home as the hash of the file. A file that changes is not trusted any more.

        ## Commands

        | command | what it does |
        |---|---|
        | `coi config show --origin` | what is in force in this directory, and which file, variable or flag says so |
        | `coi config check` | every problem in every file, each with file, line and column; exit code 1 when there is one |
        | `coi config path` | where your file lies (`--all`: every file that counts) |
        | `coi config init` | writes a file to begin with, every key explained and commented out (`--project`: a `.coi.toml`) |
        | `coi config schema` | the JSON Schema, also [here](configuration.schema.json); `#:schema PATH` in the first line lets editors use it |

        `show` and `check` take `--format=json`.

        ## Merging

        Layers are merged key by key, and a list of a higher layer replaces that of a lower one. Mounts are the exception: they add up,
        and one replaces another only at the same place in the container. A profile may build on another with `inherits`; what both say, the
        profile itself decides.

        """;

    public static string Write()
    {
        var text = new StringBuilder(Head.ReplaceLineEndings("\n"));
        text.Append("\n## Keys\n");
        foreach (var table in ConfigurationKeys.All.Where(key => key is { InFiles: true, HasEffect: true, SameAs: null }).GroupBy(Table))
        {
            text.Append($"\n### `{table.Key.Replace("*", "NAME")}`\n\n");
            foreach (var list in table.Where(key => !key.Fields.IsEmpty))
                text.Append(List(list));
            if (table.All(key => !key.Fields.IsEmpty)) continue;
            text.Append("| key | type | default | workspace | what it does |\n|---|---|---|---|---|\n");
            foreach (var key in table)
                text.Append($"| `{key.Parts[^1].Replace("*", "NAME")}` | {Type(key)} | {Default(key)} | {Rule(key.Project)} | {key.Doc} |\n");
        }
        text.Append("\n## Environment variables\n\n| variable | key |\n|---|---|\n| `COI_CONFIG` | path of a further configuration file |\n");
        foreach (var key in ConfigurationKeys.All.Where(key => key is { Variable: not null, HasEffect: true }))
            text.Append($"| `{key.Variable}` | {(key.InFiles ? $"`{key.Name}`" : $"{key.Doc} Default: {Default(key)}")} |\n");
        text.Append("\nSwitches take `1`, `true`, `0` or `false`. A variable that is empty counts as unset. What counts is the environment of `coi`, not that of its daemon.\n");
        text.Append("\n## Keys of earlier versions\n\nAccepted because files of earlier versions have them; those that are not marked otherwise have no effect.\n\n| key | what became of it |\n|---|---|\n");
        foreach (var key in ConfigurationKeys.All.Where(key => key.SameAs is not null))
            text.Append($"| `{key.Name}` | {key.Doc} |\n");
        foreach (var key in ConfigurationKeys.All.Where(key => !key.HasEffect))
            text.Append($"| `{key.Name}`{(key.Variable is { } variable ? $", `${variable}`" : "")} | {key.Doc} |\n");
        return text.ToString();
    }

    private static string Table(KeyDefinition key) => key.Fields.IsEmpty ? $"[{string.Join('.', key.Parts[..^1])}]" : $"[[{key.Name}]]";

    private static string List(KeyDefinition list)
    {
        var text = new StringBuilder($"{list.Doc} Workspace: {Rule(list.Project)}.\n\n| key | type | what it says |\n|---|---|---|\n");
        foreach (var field in list.Fields)
            text.Append($"| `{field.Name}` | {Type(field)}{(field.Required ? "" : ", may be left out")} | {field.Doc} |\n");
        return text.ToString();
    }

    private static string Type(KeyDefinition key) => key switch
    {
        { Allowed.IsEmpty: false } => string.Join(", ", key.Allowed.Select(value => $"`{value}`")),
        { Type: KeyType.Text } => "string",
        { Type: KeyType.Flag } => "boolean",
        { Type: KeyType.TextList } => "list of strings",
        { Type: KeyType.Size } => "size",
        { Type: KeyType.Duration } => "duration",
        { Type: KeyType.Mounts } => "list of tables",
        _ => $"number, {key.Least} to {key.Most}",
    };

    private static string Default(KeyDefinition key) => key.Default is { } value ? $"`{value}`" : key.DefaultDoc;

    private static string Rule(ProjectRule rule) => rule switch
    {
        ProjectRule.Free => "anything",
        ProjectRule.Never => "nothing",
        ProjectRule.OnlyTrue => "only `true`",
        ProjectRule.OnlyFalse => "only `false`",
        ProjectRule.StricterMode => "only stricter",
        ProjectRule.Subset => "only fewer",
        ProjectRule.Superset => "only more",
        ProjectRule.NotHigher => "only less",
        ProjectRule.LowerLimit => "only lower",
        ProjectRule.OnlyReadOnly => "only read-only",
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, null),
    };
}
