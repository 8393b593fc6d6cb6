using Coi.Domain.Slots;
using CsCheck;
using Xunit;

namespace Coi.Domain.Tests.Slots;

public sealed class MountPlanSpecs
{
    private static readonly string[] State = ["/home/code/.claude", "/home/code/.config/opencode"];

    [Theory]
    [InlineData("/data")]
    [InlineData("/storage")]
    [InlineData("/workspaces")]
    [InlineData("/home/code/.claude-more")]
    [InlineData("/home/code/.cargo")]
    [InlineData("/var/cache/apt")]
    [InlineData("/with space/ünï'\"$(x)")]
    public void A_place_of_its_own_is_fine(string path) => Assert.Null(MountPlan.Check([At(path)], State));

    [Theory]
    [InlineData("/workspace")]
    [InlineData("/workspace/sub")]
    [InlineData("/home")]
    [InlineData("/home/code")]
    [InlineData("/home/code/.claude")]
    [InlineData("/home/code/.claude/projects")]
    [InlineData("/home/code/.config")]
    public void What_would_hide_the_workspace_or_the_tools_state_is_a_conflict(string path) =>
        Assert.Equal("mount.conflict", MountPlan.Check([At(path)], State)?.Code);

    [Theory]
    [InlineData("")]
    [InlineData("data")]
    [InlineData("./data")]
    [InlineData("~/data")]
    [InlineData("//data")]
    [InlineData("/data/")]
    [InlineData("/data/../workspace")]
    [InlineData("/data/./x")]
    [InlineData("/data//x")]
    [InlineData("/line\nbreak")]
    [InlineData("/")]
    [InlineData("/etc")]
    [InlineData("/usr")]
    [InlineData("/proc/x")]
    [InlineData("/dev/shm")]
    [InlineData("/var/lib")]
    public void What_is_no_place_is_refused(string path) => Assert.Equal("mount.invalid", MountPlan.Check([At(path)], State)?.Code);

    [Theory]
    [InlineData("/data", "/data")]
    [InlineData("/data", "/data/sub")]
    [InlineData("/data/sub", "/data")]
    public void Two_mounts_that_hide_each_other_are_a_conflict(string one, string other)
    {
        var failure = MountPlan.Check([At(one), At("/between"), At(other)], State);
        Assert.Equal("mount.conflict", failure?.Code);
        Assert.Contains(one, failure?.Message, StringComparison.Ordinal);
        Assert.Contains(other, failure?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Devices_are_named_in_the_order_of_the_mounts() =>
        Assert.Equal(["mount-0 /a", "mount-1 /b"], MountPlan.Devices([At("/a"), At("/b")]).Select(d => $"{d.Device} {d.Path}"));

    [Fact]
    public void What_is_accepted_never_overlaps_whatever_the_order()
    {
        string[] names = ["a", "b", "home", "code", "workspace", "data"];
        var part = Gen.Int[0, names.Length - 1].Select(index => names[index]);
        var path = part.Array[1, 4].Select(parts => "/" + string.Join('/', parts));
        path.Array[0, 5].Sample(paths =>
        {
            var mounts = paths.Select(At).ToList();
            var all = paths.Concat(State).Append(MountPlan.Workspace).ToList();
            var overlap = all.Where((one, i) => all.Where((_, k) => k > i).Any(other => MountPlan.Overlap(one, other))).Any();
            return (MountPlan.Check(mounts, State) is null) == !overlap && (MountPlan.Check([.. mounts.AsEnumerable().Reverse()], State) is null) == !overlap;
        });
    }

    private static WantedMount At(string path) => new("/host", path, false, "--mount");
}
