using Coi.Daemon.Configuration;
using Coi.Domain;
using Coi.Domain.Configuration;
using Coi.Domain.Network;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Coi.Daemon.Tests.Configuration;

public sealed class TrustSpecs : IDisposable
{
    private const string Loose = """
        [network]
        mode = "open"
        refresh_interval_minutes = 7

        [[mounts]]
        host = "~"
        container = "/host"

        [limits]
        processes = 500
        """;

    private readonly string _root = Directory.CreateTempSubdirectory("coi-trust-").FullName;
    private readonly TrustStore _trust;

    public TrustSpecs() => _trust = new TrustStore(Path.Combine(_root, "coi"), new FakeTimeProvider());

    private string Workspace => Path.Combine(_root, "work space");

    private string FileName => Path.Combine(Workspace, ".coi.toml");

    [Fact]
    public void Until_it_is_trusted_a_projects_file_only_tightens()
    {
        Write(Loose);

        var loaded = Load();

        Assert.Equal(NetworkMode.Restricted, loaded.Configuration.Network.Mode);
        Assert.Empty(loaded.Configuration.Mounts);
        Assert.Equal(500, loaded.Configuration.Limits.Processes);
        Assert.Equal(TimeSpan.FromMinutes(7), loaded.Configuration.Network.RefreshInterval);
        Assert.Equal(
            [
                $"warning: {FileName} is not trusted, so this in it has no effect:",
                "  line 2: network.mode = \"open\"   (stays \"restricted\")",
                "  line 5: mounts[/host] = { host = \"~\", container = \"/host\" }",
                $"If you want that: coi trust '{Workspace}' (for as long as it stays as it is now)",
            ],
            loaded.Project!.Notices());
    }

    [Fact]
    public void Many_variables_cannot_push_a_mount_out_of_sight()
    {
        Write($"[environment]\n{string.Concat(Enumerable.Range(0, 1000).Select(i => $"A{i} = \"x\"\n"))}[[mounts]]\nhost = \"~\"\ncontainer = \"/host\"\n");

        var notices = Load().Project!.Notices().ToList();

        Assert.True(notices.Count < 30);
        Assert.Contains("mounts[/host]", notices[1]);
        Assert.Contains("and 981 more", notices[^2]);
    }

    [Fact]
    public void Once_it_is_trusted_all_of_it_is_in_force()
    {
        Write(Loose);
        Trust();

        var loaded = Load();

        Assert.Equal(NetworkMode.Open, loaded.Configuration.Network.Mode);
        Assert.Equal("/host", Assert.Single(loaded.Configuration.Mounts).Container);
        Assert.Equal($"{FileName}:2", loaded.Configuration.Values["network.mode"].Origin.ToString());
        Assert.Empty(loaded.Project!.Notices());
    }

    [Fact]
    public void A_file_that_changes_is_not_trusted_any_more()
    {
        Write(Loose);
        Trust();
        Write(Loose + "\n");

        var loaded = Load();

        Assert.Equal(NetworkMode.Restricted, loaded.Configuration.Network.Mode);
        Assert.Equal(TrustState.Changed, loaded.Project!.Trust);
        Assert.Contains("has changed since you trusted it", loaded.Project.Notices().First());
        Write(Loose);
        Assert.Equal(NetworkMode.Open, Load().Configuration.Network.Mode);
    }

    [Fact]
    public void The_same_content_in_another_place_is_not_trusted()
    {
        Write(Loose);
        Trust();
        var copy = Directory.CreateDirectory(Path.Combine(_root, "copy")).FullName;
        File.Copy(FileName, Path.Combine(copy, ".coi.toml"));

        Assert.Equal(TrustState.Untrusted, Load(copy).Project!.Trust);
    }

    [Fact]
    public void It_is_the_same_file_by_whatever_links_its_directory_is_reached()
    {
        Write(Loose);
        var link = Path.Combine(_root, "link");
        Directory.CreateSymbolicLink(link, Workspace);
        _trust.Add(Path.Combine(link, ".coi.toml"), Load().Project!.Sha256);

        Assert.Equal(TrustState.Trusted, Load().Project!.Trust);
        Assert.Equal(TrustState.Trusted, Load(link).Project!.Trust);
        Assert.Equal(FileName, Assert.Single(_trust.List()).Path);
        Assert.True(_trust.Remove(Path.Combine(link, ".coi.toml")));
        Assert.Equal(TrustState.Untrusted, Load().Project!.Trust);
    }

    [Fact]
    public void What_a_file_lists_as_protected_is_protected_in_addition()
    {
        Write("[security]\nprotected_paths = [\"Makefile\", \".vscode\"]\nwritable_paths = [\".git\"]\n");

        var loaded = Load();

        var usual = ConfigurationKeys.Defaults["security.protected_paths"].Value.ToString()!;
        Assert.Equal($"{usual[..^1]}, \"Makefile\"]", loaded.Configuration.Values["security.protected_paths"].Value.ToString());
        Assert.Empty(loaded.Configuration.Security.WritablePaths);
        Assert.Contains($"(stays {usual[..40]}", loaded.Project!.Notices().ElementAt(1), StringComparison.Ordinal);
        Trust();
        Assert.Equal("Makefile .vscode", string.Join(' ', Load().Configuration.Security.ProtectedPaths));
    }

    [Fact]
    public void Trust_is_kept_for_the_owner_only_and_can_be_taken_back()
    {
        Write(Loose);
        Trust();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_root, "coi", TrustStore.FileName)));
        Assert.Equal(FileName, Assert.Single(new TrustStore(Path.Combine(_root, "coi"), TimeProvider.System).List()).Path);
        Assert.True(_trust.Remove(FileName));
        Assert.False(_trust.Remove(FileName));
        Assert.Equal(TrustState.Untrusted, Load().Project!.Trust);
    }

    [Fact]
    public void A_list_that_cannot_be_read_trusts_nothing_and_says_so()
    {
        Write(Loose);
        Directory.CreateDirectory(Path.Combine(_root, "coi"));
        File.WriteAllText(Path.Combine(_root, "coi", TrustStore.FileName), "{");

        var failure = Assert.Throws<FailureException>(() => Load()).Failure;

        Assert.Equal("trust.unreadable", failure.Code);
        Assert.Contains(TrustStore.FileName, failure.Hint);
    }

    [Fact]
    public void What_is_missing_because_it_is_not_trusted_is_explained()
    {
        Write("[network]\nmode = \"allowlist\"\nallowed_domains = [\"a.example\"]\n");

        var refused = Assert.IsType<ConfigurationResult.Refused>(Result(Workspace));

        Assert.Contains("coi trust", refused.ToFailure().Hint);
    }

    [Fact]
    public void A_file_that_trusts_itself_by_its_own_wrong_hash_is_of_no_use()
    {
        Write(Loose);
        _trust.Add(FileName, new string('0', 64));

        Assert.Equal(NetworkMode.Restricted, Load().Configuration.Network.Mode);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Trust() => _trust.Add(FileName, Load().Project!.Sha256);

    private void Write(string content)
    {
        Directory.CreateDirectory(Workspace);
        File.WriteAllText(FileName, content);
    }

    private ConfigurationResult.Loaded Load(string? workspace = null) => Assert.IsType<ConfigurationResult.Loaded>(Result(workspace ?? Workspace));

    private ConfigurationResult Result(string workspace) => ConfigurationLoader.Load(new ConfigurationRequest
    {
        Home = Path.Combine(_root, "home"),
        WorkspacePath = workspace,
        SystemFile = Path.Combine(_root, "etc.toml"),
        Trust = _trust,
    });
}
