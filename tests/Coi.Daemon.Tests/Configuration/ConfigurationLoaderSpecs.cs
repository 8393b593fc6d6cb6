using Coi.Daemon.Configuration;
using Coi.Domain;
using Coi.Domain.Configuration;
using Coi.Domain.Network;
using Xunit;

namespace Coi.Daemon.Tests.Configuration;

public sealed class ConfigurationLoaderSpecs : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("coi-config-").FullName;
    private readonly Dictionary<string, string> _environment = [];
    private ConfigurationOverrides _overrides = new();
    private string? _profile;

    private string System => Path.Combine(_root, "etc.toml");
    private string User => Path.Combine(_root, "home/.config/coi/config.toml");
    private string Project => Path.Combine(_root, "workspace/.coi.toml");
    private string Named => Path.Combine(_root, "named.toml");

    [Fact]
    public void Without_any_file_the_built_in_values_are_in_force()
    {
        var configuration = Loaded();

        Assert.Equal("coi", configuration.Image);
        Assert.False(configuration.Persistent);
        Assert.Equal(10, configuration.MaxSlots);
        Assert.Equal("claude", configuration.ToolName);
        Assert.Null(configuration.ToolBinary);
        Assert.Null(configuration.Model);
        Assert.Equal("coi-", configuration.ContainerPrefix);
        Assert.Equal("default", configuration.IncusProject);
        Assert.True(configuration.MountToolConfiguration);
        Assert.True(configuration.Build.HostCaCertificates);
        Assert.Equal(NetworkMode.Restricted, configuration.Network.Mode);
        Assert.True(configuration.Network.BlockPrivateNetworks);
        Assert.Equal(TimeSpan.FromMinutes(30), configuration.Network.RefreshInterval);
        Assert.Null(configuration.Network.Mtu);
        Assert.Equal("default", configuration.Values["defaults.image"].Origin.ToString());
    }

    [Fact]
    public void A_file_that_names_only_the_mode_leaves_the_blocking_alone()
    {
        Write(User, "[network]\nmode = \"restricted\"\n");

        var configuration = Loaded();

        Assert.True(configuration.Network.BlockPrivateNetworks);
        Assert.True(configuration.Network.BlockMetadataEndpoint);
        Assert.Equal($"{User}:2", configuration.Values["network.mode"].Origin.ToString());
    }

    [Fact]
    public void Settings_without_effect_are_named_with_their_place_and_what_holds_instead()
    {
        Write(User, "[paths]\nlogs_dir = \"/var/log\"\n[network.logging]\nenabled = true\n");
        _environment["CLAUDE_ON_INCUS_SESSIONS_DIR"] = "/sessions";

        var warnings = WithoutEffect.Of(Assert.IsType<ConfigurationResult.Loaded>(Load())).Select(warning => warning.ToFailure().Message).ToList();

        Assert.Equal(
            [
                $"{User}:4:1: network.logging.enabled has no effect: Network events are always in the daemon's log",
                $"{User}:2:1: paths.logs_dir has no effect: Logs are kept in `~/.coi/logs`; `$COI_HOME` moves all of it",
                "$CLAUDE_ON_INCUS_SESSIONS_DIR: paths.sessions_dir has no effect: Sessions are kept in `~/.coi/sessions-<tool>`; `$COI_HOME` moves all of it",
            ],
            warnings);
        _environment.Clear();
        Write(User, "[network]\nmode = \"open\"\n");
        Assert.Empty(WithoutEffect.Of(Assert.IsType<ConfigurationResult.Loaded>(Load())));
    }

    [Fact]
    public void The_layers_win_in_their_order()
    {
        Write(System, "[defaults]\nimage = \"system\"\n");
        Assert.Equal("system", Loaded().Image);
        Write(User, "[defaults]\nimage = \"user\"\n[profiles.p]\nimage = \"profile\"\n");
        Assert.Equal("user", Loaded().Image);
        Write(Project, "[defaults]\npersistent = true\n");
        Assert.Equal(("user", true), (Loaded().Image, Loaded().Persistent));
        Write(Named, "[defaults]\nimage = \"named\"\npersistent = false\n");
        _environment["COI_CONFIG"] = Named;
        Assert.Equal(("named", false), (Loaded().Image, Loaded().Persistent));
        _environment["CLAUDE_ON_INCUS_IMAGE"] = "variable";
        Assert.Equal("variable", Loaded().Image);
        Assert.Equal("$CLAUDE_ON_INCUS_IMAGE", Loaded().Values["defaults.image"].Origin.ToString());
        _profile = "p";
        Assert.Equal("profile", Loaded().Image);
        Assert.Equal($"{User}:4", Loaded().Values["defaults.image"].Origin.ToString());
        _overrides = new ConfigurationOverrides { Image = "flag" };
        Assert.Equal("flag", Loaded().Image);
        Assert.Equal("--image", Loaded().Values["defaults.image"].Origin.ToString());
    }

    [Fact]
    public void The_readmes_own_example_is_accepted()
    {
        Write(User, """
            [defaults]
            image = "coi"
            persistent = true
            mount_claude_config = true

            [tool]
            name = "claude"  # AI coding tool to use

            [paths]
            sessions_dir = "~/.coi/sessions"
            storage_dir = "~/.coi/storage"

            [incus]
            project = "default"
            group = "incus-admin"
            claude_uid = 1000

            [profiles.rust]
            image = "coi-rust"
            environment = { RUST_BACKTRACE = "1" }
            persistent = true

            [network]
            mode = "restricted"
            allowed_domains = ["github.com", "api.anthropic.com", "8.8.8.8"]
            refresh_interval_minutes = 0
            """);
        _profile = "rust";

        var configuration = Loaded();

        Assert.Equal("coi-rust", configuration.Image);
        Assert.True(configuration.Persistent);
        Assert.Equal("1", configuration.Environment["RUST_BACKTRACE"]);
        Assert.Equal(["github.com", "api.anthropic.com", "8.8.8.8"], configuration.Network.AllowedDomains.ToArray());
        Assert.Equal(TimeSpan.Zero, configuration.Network.RefreshInterval);
    }

    [Fact]
    public void Mounts_of_all_layers_add_up_place_by_place()
    {
        Write(System, "[[mounts]]\nhost = \"/srv/a\"\ncontainer = \"/a\"\n\n[[mounts]]\nhost = \"/srv/b\"\ncontainer = \"/b\"\n");
        Write(User, "mounts = [{ host = \"~/b.d\", container = \"/b/\", readonly = true }]\n[[profiles.p.mounts]]\nhost = \"~\"\ncontainer = \"/c.d\"\n");
        _profile = "p";
        _overrides = new ConfigurationOverrides { Mounts = [new MountFlag("--mount", "/srv/d", "/d", ReadOnly: false)] };

        var mounts = Loaded().Mounts;

        Assert.Equal(["/a", "/b", "/c.d", "/d"], mounts.Select(mount => mount.Container));
        Assert.Equal(["/srv/a", "/home/me/b.d", "/home/me", "/srv/d"], mounts.Select(mount => mount.HostPath("/home/me")));
        Assert.Equal([false, true, false, false], mounts.Select(mount => mount.ReadOnly));
        Assert.Equal([$"{System}:1", $"{User}:1", $"{User}:2", "--mount"], mounts.Select(mount => mount.Origin.ToString()));
    }

    [Fact]
    public void Mounts_in_the_words_of_earlier_versions_are_understood()
    {
        Write(User, "[[mounts.default]]\nhost = \"~/a\"\ncontainer = \"/a\"\n");

        Assert.Equal("/a", Assert.Single(Loaded().Mounts).Container);
    }

    [Theory]
    [InlineData("[[mounts]]\nhost = \"/a\"\ncontainr = \"/a\"\n", "3:1: unknown key mounts.containr (and 1 more; `coi config check` lists them)")]
    [InlineData("[[mounts]]\n\nhost = \"/a\"\n", "1:1: a mount in mounts has no container")]
    [InlineData("mounts = [{ host = \"/a\", container = 1 }]\n", "1:26: mounts.container must be a string, not a whole number")]
    [InlineData("[[mounts]]\nhost = \"/a\"\ncontainer = \"/a\"\n[[mounts]]\nhost = \"/b\"\ncontainer = \"/a\"\n", "4:1: a second mount at /a in mounts")]
    [InlineData("[mounts]\nhost = \"/a\"\n", "2:1: unknown key mounts.host")]
    public void A_mount_that_cannot_be_is_refused_with_its_place(string content, string message)
    {
        Write(User, content);

        Assert.Equal($"{User}:{message}", Refused().Message);
    }

    [Fact]
    public void Mounts_that_are_in_each_others_way_are_found_with_their_places()
    {
        Write(User, """
            mounts = [
              { host = "~/a", container = "/a" },
              { host = "~/b", container = "/a/b" },
              { host = "~/c", container = "/workspace/c" },
              { host = "~/d", container = "/d" },
            ]
            """);

        var problems = LaunchFaults.Of(new ConfigurationResult.Loaded(Loaded(), "/home/me/.config/coi"), "/home/me").ToList();

        Assert.Equal(["mounts[/a/b]", "mounts[/workspace/c]"], problems.Select(problem => problem.Key));
        Assert.StartsWith($"{User}:3:3: the mount at /a/b", problems[0].ToFailure().Message);
    }

    [Fact]
    public void Limits_and_protected_paths_are_typed()
    {
        Assert.Equal(new LimitsConfiguration { Cpu = null, MemoryBytes = null, Processes = null, DiskBytes = null, MaxDuration = null }, Loaded().Limits);
        Assert.Contains(".git/hooks", Loaded().Security.ProtectedPaths);

        Write(User, """
            [limits]
            cpu = 2
            memory = "4GiB"
            processes = 500
            disk = "20GB"
            max_duration = "1h30m"
            [security]
            writable_paths = [".vscode"]
            [profiles.long]
            inherits = "big"
            limits = { max_duration = "0" }
            [profiles.big.limits]
            cpu = 8
            """);
        _profile = "long";

        Assert.Equal(new LimitsConfiguration { Cpu = 8, MemoryBytes = 4L << 30, Processes = 500, DiskBytes = 20_000_000_000, MaxDuration = null }, Loaded().Limits);
        Assert.Equal([".vscode"], Loaded().Security.WritablePaths.ToArray());
    }

    [Fact]
    public void The_environment_is_the_callers()
    {
        _environment["COI_CONTAINER_PREFIX"] = "test-";
        _environment["CLAUDE_ON_INCUS_PERSISTENT"] = "1";
        _environment["COI_USE_DUMMY"] = "1";
        _environment["CLAUDE_ON_INCUS_IMAGE"] = "";

        var configuration = Loaded();

        Assert.Equal("test-", configuration.ContainerPrefix);
        Assert.True(configuration.Persistent);
        Assert.True(configuration.UseDummy);
        Assert.Equal("coi", configuration.Image);
    }

    [Theory]
    [InlineData("CLAUDE_ON_INCUS_PERSISTENT", "perhaps", "$CLAUDE_ON_INCUS_PERSISTENT: defaults.persistent must be true or false, not 'perhaps'")]
    [InlineData("COI_CONTAINER_PREFIX", "1_x", "$COI_CONTAINER_PREFIX: container_prefix cannot be used")]
    public void A_bad_variable_is_refused_by_name(string name, string value, string message)
    {
        _environment[name] = value;

        Assert.StartsWith(message, Refused().Message);
    }

    [Fact]
    public void Xdg_config_home_is_honoured()
    {
        _environment["XDG_CONFIG_HOME"] = Path.Combine(_root, "xdg");
        Write(Path.Combine(_root, "xdg/coi/config.toml"), "[defaults]\nimage = \"xdg\"\n");
        Write(User, "[defaults]\nimage = \"user\"\n");

        Assert.Equal("xdg", Loaded().Image);
        _environment["XDG_CONFIG_HOME"] = "relative";
        Assert.Equal("user", Loaded().Image);
    }

    [Theory]
    [InlineData("[network]\nmode = \"restricted\nx = 1\n", 2)]
    [InlineData("[network\n", 1)]
    [InlineData("[defaults]\nimage = \"a\"\nimage = \"b\"\n", 3)]
    [InlineData("= 1\n", 1)]
    public void Broken_toml_is_refused_with_its_place(string content, int line)
    {
        Write(User, content);

        var failure = Refused();
        Assert.Equal("config.invalid_toml", failure.Code);
        Assert.StartsWith($"failed to load config: {User}:{line}:", failure.Message);
    }

    [Fact]
    public void A_key_that_is_written_twice_is_refused_with_both_places()
    {
        Write(User, "[defaults]\n# a comment\nimage = \"a\"\n[defaults]\n");

        Assert.Equal($"failed to load config: {User}:4:1: The key `defaults` is already defined in line 1", Refused().Message);
    }

    [Fact]
    public void Text_that_is_not_utf8_is_refused()
    {
        Write(User, "");
        File.WriteAllBytes(User, [0x5b, 0xff, 0xfe, 0x5d]);

        Assert.Contains("not UTF-8", Refused().Message);
    }

    [Fact]
    public void An_unknown_key_is_refused_with_place_and_suggestion()
    {
        Write(User, "[defaults]\n\n  imgae = \"x\"\n");

        var failure = Refused();
        Assert.Equal($"{User}:3:3: unknown key defaults.imgae", failure.Message);
        Assert.Equal("did you mean defaults.image?", failure.Hint);
    }

    [Theory]
    [InlineData("[nonsense]\n", "unknown key nonsense")]
    [InlineData("[[network]]\nmode = \"open\"\n", "network is a table, not a list of tables")]
    [InlineData("network.mode.x = 1\n", "unknown key network.mode.x")]
    [InlineData("defaults = 1\n", "defaults is a table, not a whole number")]
    [InlineData("tool.args = [1]\n", "tool.args must be a list of strings, not a list with something else than strings")]
    [InlineData("environment = { A = 1 }\n", "environment.A must be a string, not a whole number")]
    [InlineData("defaults.image = { a = 1 }\n", "unknown key defaults.image.a")]
    [InlineData("defaults.image = {}\n", "defaults.image must be a string, not a table")]
    [InlineData("defaults.image = 1979-05-27\n", "defaults.image must be a string, not a date or time")]
    public void What_no_key_takes_is_refused(string content, string message)
    {
        Write(User, content);

        Assert.Contains(message, Refused().Message);
    }

    [Fact]
    public void All_ways_to_write_a_key_are_the_same()
    {
        Write(User, "defaults.image = \"a\"\nnetwork = { mode = \"open\", logging = { enabled = true } }\n[\"environment\"]\n\"A\" = '''x\ny'''\n");

        var configuration = Loaded();
        Assert.Equal("a", configuration.Image);
        Assert.Equal(NetworkMode.Open, configuration.Network.Mode);
        Assert.Equal("x\ny", configuration.Environment["A"]);
    }

    [Fact]
    public void Several_problems_are_counted()
    {
        Write(User, "a = 1\nb = 2\n");

        Assert.EndsWith("(and 1 more; `coi config check` lists them)", Refused().Message);
    }

    [Fact]
    public void A_projects_file_that_tightens_is_in_force()
    {
        Write(User, "[network]\nallowed_domains = [\"a.example\", \"b.example\"]\n");
        Write(Project, "[network]\nmode = \"allowlist\"\nallowed_domains = [\"a.example\"]\n");

        var network = Loaded().Network;
        Assert.Equal(NetworkMode.Allowlist, network.Mode);
        Assert.Equal(["a.example"], network.AllowedDomains.ToArray());
    }

    [Fact]
    public void A_projects_file_that_is_a_link_is_refused_unread()
    {
        Write(Path.Combine(_root, "secret"), "TOPSECRET = ");
        Directory.CreateDirectory(Path.GetDirectoryName(Project)!);
        File.CreateSymbolicLink(Project, Path.Combine(_root, "secret"));

        var failure = Refused();
        Assert.Contains("is a symbolic link", failure.Message);
        Assert.DoesNotContain("TOPSECRET", failure.Message);
    }

    [Fact]
    public void A_file_named_by_coi_config_must_exist()
    {
        _environment["COI_CONFIG"] = Named;
        Assert.Contains(Named, Refused().Message);
        _environment["COI_CONFIG"] = "relative.toml";
        Assert.Contains("not an absolute path", Refused().Message);
    }

    [Fact]
    public void A_configuration_file_that_is_a_directory_is_refused()
    {
        Directory.CreateDirectory(User);

        Assert.Contains($"{User} is not a regular file", Refused().Message);
    }

    [Fact]
    public void An_unknown_profile_is_refused_with_those_that_exist()
    {
        Write(User, "[profiles.rust]\nimage = \"x\"\n");
        _profile = "rusty";

        Assert.Equal("profile 'rusty' not found", Refused().Message);
        Assert.Equal("there are rust", Refused().Hint);
    }

    [Fact]
    public void An_unknown_network_mode_of_a_flag_is_refused()
    {
        _overrides = new ConfigurationOverrides { Network = "closed" };

        Assert.Equal("--network: network.mode must be one of restricted, allowlist, open, not 'closed'", Refused().Message);
    }

    [Fact]
    public void An_allowlist_without_entries_is_refused()
    {
        _overrides = new ConfigurationOverrides { Network = "allowlist" };

        Assert.Contains("network.allowed_domains", Refused().Message);
    }

    [Fact]
    public void A_workspace_that_does_not_exist_has_no_file() =>
        Assert.IsType<ConfigurationResult.Loaded>(ConfigurationLoader.Load(new ConfigurationRequest { Home = _root, WorkspacePath = "/nonexistent/workspace", SystemFile = System }));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    private ConfigurationResult Load() => ConfigurationLoader.Load(new ConfigurationRequest
    {
        Home = Path.Combine(_root, "home"),
        WorkspacePath = Path.Combine(_root, "workspace"),
        Environment = _environment,
        Profile = _profile,
        Overrides = _overrides,
        SystemFile = System,
    });

    private EffectiveConfiguration Loaded() => Load() switch
    {
        ConfigurationResult.Loaded loaded => loaded.Configuration,
        ConfigurationResult.Refused refused => throw new InvalidOperationException(refused.ToFailure().ToString()),
        var other => throw new InvalidOperationException(other.ToString()),
    };

    private Failure Refused() => Assert.IsType<ConfigurationResult.Refused>(Load()).ToFailure();
}
