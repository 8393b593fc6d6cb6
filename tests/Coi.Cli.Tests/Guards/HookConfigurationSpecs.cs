using Coi.Cli.Guards;
using Xunit;

namespace Coi.Cli.Tests.Guards;

public sealed class HookConfigurationSpecs
{
    private const string Entry = "/var/lib/incus/devices/c/disk.workspace.workspace workspace none rbind,create=dir,idmap=container 0 0";

    [Theory]
    [InlineData("lxc.mount.entry = " + Entry, "/var/lib/incus/devices/c/disk.workspace.workspace")]
    [InlineData("lxc.mount.entry=/a\\040b\\134c workspace none rbind 0 0", "/a b\\c")]
    public void The_workspaces_mount_is_found_where_Incus_prepares_it(string line, string place) =>
        Assert.Equal(place, HookConfiguration.WorkspaceSource(["lxc.log.level = warn", "lxc.mount.entry = proc dev/.lxc/proc proc create=dir,optional 0 0", line]));

    [Theory]
    [InlineData("lxc.mount.entry = /x workspace none bind,create=dir 0 0")]
    [InlineData("lxc.mount.entry = /x workspaces none rbind 0 0")]
    [InlineData("lxc.mount.entry = broken")]
    public void Where_no_guard_would_come_along_nothing_starts(string line) =>
        Assert.Throws<IOException>(() => HookConfiguration.WorkspaceSource([line]));

    [Fact]
    public void The_users_own_id_is_the_same_on_both_sides_and_every_other_is_one_without_rights() => Assert.Equal(
        "1000000 1000000 1234\n1234 1001234 1\n1001235 1001235 998765\n",
        HookConfiguration.OwnerMap(["lxc.idmap = u 0 1000000 1000000", "lxc.idmap = g 0 5 5"], 'u', 1234));

    [Fact]
    public void A_map_in_pieces_stays_in_pieces() => Assert.Equal(
        "1000000 1000000 500\n600 1000600 1\n1000601 1000601 399\n",
        HookConfiguration.OwnerMap(["lxc.idmap = g 0 1000000 500", "lxc.idmap = u 0 7 7", "lxc.idmap = g 600 1000600 400"], 'g', 600));

    [Theory]
    [InlineData("lxc.idmap = u 0 1000000 1000")] // the id is not in the container
    [InlineData("lxc.idmap = u 0 1000 100000")] // it is another's outside
    [InlineData("lxc.idmap = u zero 1000 100000")]
    [InlineData("")]
    public void What_cannot_be_mapped_is_said(string line) => Assert.Throws<IOException>(() => HookConfiguration.OwnerMap([line], 'u', 1234));
}
