using System.Diagnostics;
using Coi.Domain.Network;
using Xunit;

namespace Coi.Domain.Tests.Network;

/// <summary>The commands are run by a real shell, on what nft and iptables were seen to print.</summary>
public sealed class HostForwardingSpecs : IDisposable
{
    private const string Incus = "table inet incus {\n\tchain fwd.coi0 {\n\t\ttype filter hook forward priority filter; policy accept;\n\t}\n}\n";
    private const string Docker = "table ip filter {\n\tchain INPUT {\n\t\ttype filter hook input priority filter; policy drop;\n\t}\n\tchain FORWARD {\n\t\ttype filter hook forward priority filter; policy drop;\n\t}\n}\n";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("coi-forwarding-");

    [Fact]
    public void A_chain_that_drops_what_is_forwarded_is_named() => Assert.Equal("ip filter FORWARD", Found(Incus + Docker, Incus + Docker));

    [Fact]
    public void What_drops_IPv6_only_does_not_matter() => Assert.Null(Found(Docker.Replace("table ip ", "table ip6 ", StringComparison.Ordinal), ""));

    [Fact]
    public void Without_one_there_is_nothing_to_say() => Assert.Null(Found(Incus, Incus));

    [Theory]
    [InlineData("iifname \"coi*\" counter packets 0 bytes 0 accept")]
    [InlineData("ip saddr 10.213.0.0/16 counter packets 7 bytes 9 accept")]
    public void A_rule_that_lets_all_of_coi_through_settles_it(string rule) => Assert.Null(Found(Docker, Docker + $"chain DOCKER-USER {{\n\t{rule}\n}}\n"));

    [Theory]
    [InlineData("iifname \"coi0123456789ab\" fib daddr . iif type local accept")]
    [InlineData("iifname \"coi*\" counter packets 0 bytes 0 drop")]
    [InlineData("ip saddr 10.2130.0.0/16 accept")]
    public void Another_rule_does_not(string rule) => Assert.Equal("ip filter FORWARD", Found(Docker, Docker + rule));

    [Theory]
    [InlineData("-P INPUT ACCEPT\n-P FORWARD DROP\n-A FORWARD -j DOCKER-USER\n", "iptables-legacy filter FORWARD")]
    [InlineData("-P FORWARD DROP\n-A DOCKER-USER -i coi+ -j ACCEPT\n", null)]
    [InlineData("-P FORWARD ACCEPT\n", null)]
    public void Rules_of_iptables_legacy_are_looked_at_where_there_are_any(string rules, string? found) => Assert.Equal(found, Found(Incus, Incus, rules));

    [Fact]
    public void The_commands_fit_into_one_line_between_single_quotes() =>
        Assert.DoesNotContain(HostForwarding.Look("coi0", Pool), c => c is '\n' or '\'');

    public void Dispose() => _directory.Delete(recursive: true);

    private static Ipv4Range Pool => Ipv4Range.Parse("10.213.0.0/16")!.Value;

    private string? Found(string chains, string ruleset, string? legacy = null)
    {
        Program("nft", $"case $2 in chains) cat <<'END'\n{chains}\nEND\n;; *) cat <<'END'\n{ruleset}\nEND\n;; esac");
        Program("iptables-legacy", $"cat <<'END'\n{legacy}\nEND");
        var (tables, alias) = (Path.Combine(_directory.FullName, "tables"), Path.Combine(_directory.FullName, "alias"));
        File.WriteAllText(tables, legacy is null ? "" : "filter\n");
        var commands = HostForwarding.Look("coi0", Pool).Replace(HostForwarding.Place("coi0"), alias, StringComparison.Ordinal)
            .Replace("/proc/net/ip_tables_names", tables, StringComparison.Ordinal);
        var start = new ProcessStartInfo("sh", ["-c", commands]) { RedirectStandardError = true };
        start.Environment["PATH"] = $"{_directory.FullName}:{start.Environment["PATH"]}";
        using var shell = Process.Start(start)!;
        Assert.Equal("", shell.StandardError.ReadToEnd());
        Assert.True(shell.WaitForExit(TimeSpan.FromSeconds(30)));
        return HostForwarding.Found(File.ReadAllText(alias));
    }

    private void Program(string name, string script)
    {
        var path = Path.Combine(_directory.FullName, name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
