namespace Coi.Incus.Tests.Contract;

/// <summary>What holds for instances, with the fake as with the real Incus.</summary>
public abstract class InstancesContract(IncusWorld world)
{
    private const int Limit = 120_000;

    private InstancesApi Instances => world.Client.Instances;

    [Fact(Timeout = Limit)]
    public async Task A_new_instance_is_listed_stopped_with_what_it_was_made_with()
    {
        var name = world.NewName();
        await Instances.CreateAsync(world.Describe(name) with
        {
            Config = new Dictionary<string, string> { ["user.coi.slot"] = "1", ["boot.autostart"] = "false" },
            Devices = Device("data", ("type", "disk"), ("source", "/usr"), ("path", "/mnt/data")),
            Description = "a test",
        });

        var listed = Assert.Single(await Instances.ListAsync(), instance => instance.Name == name);
        var found = await Instances.FindAsync(name);
        Assert.True(await Instances.ExistsAsync(name));
        Assert.NotNull(found);
        foreach (var instance in new[] { listed, found })
        {
            Assert.Equal(InstanceStatus.Stopped, instance.StatusCode);
            Assert.True(instance.IsStopped);
            Assert.False(instance.IsRunning);
            Assert.Equal("1", instance.Config["user.coi.slot"]);
            Assert.Equal("/mnt/data", instance.Devices["data"]["path"]);
            Assert.Equal("disk", instance.ExpandedDevices["root"]["type"]);
            Assert.Equal(["default"], instance.Profiles);
            Assert.Equal("a test", instance.Description);
            Assert.Equal("container", instance.Type);
            Assert.Equal("default", instance.Project);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Creating_can_start_at_once()
    {
        var name = await world.CreateAsync(start: true);

        Assert.True((await Instances.FindAsync(name))!.IsRunning);
        var state = await Instances.GetStateAsync(name);
        Assert.Equal(InstanceStatus.Running, state.StatusCode);
        Assert.True(state.Pid > 0);
        Assert.Contains("lo", state.Network.Keys);
        var full = Assert.Single(await Instances.ListFullAsync(), instance => instance.Name == name);
        Assert.Equal(InstanceStatus.Running, full.State?.StatusCode);
    }

    [Fact(Timeout = Limit)]
    public async Task A_snapshot_is_made_listed_and_deleted()
    {
        var name = await world.CreateAsync();
        var expires = DateTimeOffset.UtcNow.AddHours(1);

        await Instances.CreateSnapshotAsync(name, "first", expires);
        await Instances.CreateSnapshotAsync(name, "second");

        var snapshots = await Instances.ListSnapshotsAsync(name);
        Assert.Equal(["first", "second"], snapshots.Select(snapshot => snapshot.Name).Order(StringComparer.Ordinal));
        Assert.True((snapshots.Single(snapshot => snapshot.Name == "first").ExpiresAt - expires).Duration() < TimeSpan.FromSeconds(2));
        Assert.Equal(1, snapshots.Single(snapshot => snapshot.Name == "second").ExpiresAt.Year);
        await Assert.ThrowsAsync<IncusException>(() => Instances.CreateSnapshotAsync(name, "first"));
        await Instances.DeleteSnapshotAsync(name, "first");
        Assert.Equal("second", Assert.Single(await Instances.ListSnapshotsAsync(name)).Name);
        Assert.True((await Assert.ThrowsAsync<IncusException>(() => Instances.DeleteSnapshotAsync(name, "first"))).IsNotFound);
        Assert.True((await Assert.ThrowsAsync<IncusException>(() => Instances.CreateSnapshotAsync(world.NewName(), "first"))).IsNotFound);
    }

    [Fact(Timeout = Limit)]
    public async Task What_was_written_down_about_a_start_can_be_read()
    {
        var name = await world.CreateAsync(start: true);

        Assert.DoesNotContain(" ERROR ", await Instances.ReadLogAsync(name, "lxc.log"), StringComparison.Ordinal);
        var error = await Assert.ThrowsAsync<IncusException>(() => Instances.ReadLogAsync(world.NewName(), "lxc.log"));
        Assert.True(error.IsNotFound);
    }

    [Fact(Timeout = Limit)]
    public async Task An_absent_instance_is_null_and_its_state_is_not_found()
    {
        Assert.Null(await Instances.FindAsync(world.NewName()));
        Assert.False(await Instances.ExistsAsync(world.NewName()));

        var error = await Assert.ThrowsAsync<IncusException>(() => Instances.GetStateAsync("no-such-instance"));
        Assert.True(error.IsNotFound);
        Assert.Equal("Failed to fetch instance \"no-such-instance\" in project \"default\": Instance not found", error.ErrorText);
        Assert.Equal("read the state of instance no-such-instance", error.Action);
        Assert.Equal($"Could not {error.Action}: {error.ErrorText}", error.Message);
    }

    [Fact(Timeout = Limit)]
    public async Task It_starts_restarts_and_stops()
    {
        var name = await world.CreateAsync();

        await Instances.StartAsync(name);
        Assert.True((await Instances.FindAsync(name))!.IsRunning);
        await Instances.RestartAsync(name, TimeSpan.Zero, force: true);
        Assert.True((await Instances.FindAsync(name))!.IsRunning);
        await Instances.StopAsync(name, TimeSpan.Zero, force: true);
        Assert.True((await Instances.FindAsync(name))!.IsStopped);

        var state = await Instances.GetStateAsync(name);
        Assert.Equal(InstanceStatus.Stopped, state.StatusCode);
        Assert.Empty(state.Network);
        Assert.Equal(0, state.Pid);
    }

    [Fact(Timeout = Limit)]
    public async Task Its_inside_can_be_asked_to_shut_down()
    {
        var name = await world.CreateAsync(start: true);
        await world.WaitForBootAsync(name);

        await Instances.StopAsync(name, TimeSpan.FromSeconds(30));

        Assert.True((await Instances.FindAsync(name))!.IsStopped);
    }

    [Fact(Timeout = Limit)]
    public async Task Starting_what_runs_and_stopping_what_is_stopped_are_errors_in_Incus_words()
    {
        var name = await world.CreateAsync();
        var stopped = await Assert.ThrowsAsync<IncusException>(() => Instances.StopAsync(name, TimeSpan.Zero, force: true));
        Assert.Equal("The instance is already stopped", stopped.ErrorText);

        await Instances.StartAsync(name);
        var running = await Assert.ThrowsAsync<IncusException>(() => Instances.StartAsync(name));
        Assert.Equal("The instance is already running", running.ErrorText);
        Assert.Equal($"Could not start instance {name}: The instance is already running", running.Message);
    }

    [Fact(Timeout = Limit)]
    public async Task A_second_instance_of_the_same_name_is_a_conflict()
    {
        var name = await world.CreateAsync();

        var error = await Assert.ThrowsAsync<IncusException>(() => Instances.CreateAsync(world.Describe(name)));

        Assert.True(error.IsConflict);
        Assert.False(error.IsNotFound);
    }

    [Fact(Timeout = Limit)]
    public async Task A_missing_image_is_named()
    {
        var name = world.NewName();

        var error = await Assert.ThrowsAsync<IncusException>(() => Instances.CreateAsync(
            world.Describe(name) with { Source = InstanceSource.FromAlias("no-such-image") }));

        Assert.True(error.IsNotFound);
        Assert.Contains("no-such-image", error.Message);
        Assert.Null(await Instances.FindAsync(name));
    }

    [Fact(Timeout = Limit)]
    public async Task What_cannot_be_made_leaves_nothing_behind()
    {
        var name = world.NewName();

        var rootless = await Assert.ThrowsAsync<IncusException>(() => Instances.CreateAsync(world.Describe(name) with { Profiles = [] }));
        Assert.Contains("No root device could be found", rootless.ErrorText);
        var profile = await Assert.ThrowsAsync<IncusException>(() => Instances.CreateAsync(world.Describe(name) with { Profiles = ["no-such"] }));
        Assert.Contains("Requested profile \"no-such\" doesn't exist", profile.ErrorText);
        var key = await Assert.ThrowsAsync<IncusException>(() => Instances.CreateAsync(
            world.Describe(name) with { Config = new Dictionary<string, string> { ["no.such.key"] = "1" } }));
        Assert.Contains("Unknown configuration key: no.such.key", key.ErrorText);
        var bad = await Assert.ThrowsAsync<IncusException>(() => Instances.CreateAsync(world.Describe("not_a_name!")));
        Assert.Equal(400, bad.StatusCode);

        Assert.Null(await Instances.FindAsync(name));
    }

    [Fact(Timeout = Limit)]
    public async Task Deleting_needs_it_stopped_and_makes_it_absent()
    {
        var name = await world.CreateAsync(start: true);
        var error = await Assert.ThrowsAsync<IncusException>(() => Instances.DeleteAsync(name));
        Assert.Equal("Instance is running", error.ErrorText);

        await Instances.StopAsync(name, TimeSpan.Zero, force: true);
        await Instances.DeleteAsync(name);

        Assert.Null(await Instances.FindAsync(name));
        Assert.True((await Assert.ThrowsAsync<IncusException>(() => Instances.DeleteAsync(name))).IsNotFound);
    }

    [Fact(Timeout = Limit)]
    public async Task A_patch_changes_what_it_names_and_nothing_else()
    {
        var name = world.NewName();
        await Instances.CreateAsync(world.Describe(name) with
        {
            Description = "in words",
            Config = new Dictionary<string, string> { ["user.keep"] = "1", ["user.change"] = "1", ["user.remove"] = "1" },
            Devices = Device("one", ("type", "disk"), ("source", "/usr"), ("path", "/mnt/one")),
        });

        await Instances.PatchAsync(name, new InstancePatch
        {
            Description = null,
            Config = new Dictionary<string, string> { ["user.change"] = "2", ["user.remove"] = "", ["user.add"] = "3" },
            Devices = Device("two", ("type", "disk"), ("source", "/usr"), ("path", "/mnt/two")),
        });

        var instance = (await Instances.FindAsync(name))!;
        Assert.Equal("1", instance.Config["user.keep"]);
        Assert.Equal("2", instance.Config["user.change"]);
        Assert.Equal("3", instance.Config["user.add"]);
        Assert.DoesNotContain("user.remove", instance.Config.Keys);
        Assert.Equal(["one", "two"], instance.Devices.Keys.Order());
        Assert.Equal(["default"], instance.Profiles);
        Assert.Equal("", instance.Description); // not even asked for

        Assert.True((await Assert.ThrowsAsync<IncusException>(() => Instances.PatchAsync(
            "no-such-instance", new InstancePatch { Description = null, Config = new Dictionary<string, string> { ["user.a"] = "1" } }))).IsNotFound);
    }

    [Fact(Timeout = Limit)]
    public async Task Replacing_removes_what_is_left_out_unless_somebody_else_was_faster()
    {
        var name = world.NewName();
        await Instances.CreateAsync(world.Describe(name) with
        {
            Devices = Device("one", ("type", "disk"), ("source", "/usr"), ("path", "/mnt/one")),
        });
        var read = await Instances.GetTaggedAsync(name);
        Assert.NotNull(read.ETag);

        await Instances.ReplaceAsync(name, InstancePut.From(read.Instance) with
        {
            Devices = new Dictionary<string, IReadOnlyDictionary<string, string>>(),
        }, read.ETag);
        Assert.Empty((await Instances.FindAsync(name))!.Devices);

        var stale = await Assert.ThrowsAsync<IncusException>(() => Instances.ReplaceAsync(name, InstancePut.From(read.Instance), read.ETag));
        Assert.True(stale.IsStale);
        Assert.Empty((await Instances.FindAsync(name))!.Devices);
    }

    [Fact(Timeout = Limit)]
    public async Task A_stopped_instance_can_be_renamed()
    {
        var (name, other) = (await world.CreateAsync(), world.NewName());

        await Instances.RenameAsync(name, other);

        Assert.Null(await Instances.FindAsync(name));
        Assert.NotNull(await Instances.FindAsync(other));
    }

    [Fact(Timeout = Limit)]
    public async Task It_can_be_a_copy_or_empty()
    {
        var (original, copy, empty) = (await world.CreateAsync(), world.NewName(), world.NewName());
        await world.Client.Files.PushTextAsync(original, "/root/mark", "here");

        await Instances.CreateAsync(world.Describe(copy) with { Source = InstanceSource.CopyOf(original) });
        await Instances.CreateAsync(world.Describe(empty) with { Source = InstanceSource.Empty });

        Assert.Equal("here", await world.Client.Files.PullTextAsync(copy, "/root/mark"));
        Assert.NotNull(await Instances.FindAsync(empty));
        Assert.True((await Assert.ThrowsAsync<IncusException>(() => Instances.CreateAsync(
            world.Describe(world.NewName()) with { Source = InstanceSource.CopyOf("no-such-instance") }))).IsNotFound);
    }

    [Fact(Timeout = Limit)]
    public async Task An_ephemeral_instance_vanishes_when_it_stops()
    {
        var name = await world.CreateAsync(start: true, ephemeral: true);
        Assert.True((await Instances.FindAsync(name))!.Ephemeral);

        await Instances.StopAsync(name, TimeSpan.Zero, force: true);

        Assert.Null(await Instances.FindAsync(name));
    }

    [Fact(Timeout = Limit)]
    public async Task A_frozen_instance_does_not_count_as_running_or_stopped()
    {
        var name = await world.CreateAsync(start: true);

        await Instances.FreezeAsync(name);
        var frozen = (await Instances.FindAsync(name))!;
        Assert.Equal((InstanceStatus.Frozen, false, false), (frozen.StatusCode, frozen.IsRunning, frozen.IsStopped));

        await Instances.UnfreezeAsync(name);
        Assert.True((await Instances.FindAsync(name))!.IsRunning);
    }

    private static Dictionary<string, IReadOnlyDictionary<string, string>> Device(string name, params (string Key, string Value)[] settings) =>
        new() { [name] = settings.ToDictionary(pair => pair.Key, pair => pair.Value) };
}

public sealed class FakeInstancesSpecs(FakeWorld world) : InstancesContract(world), IClassFixture<FakeWorld>;

[Collection(RealIncusGroup.Name)]
public sealed class RealInstancesSpecs(RealIncus world) : InstancesContract(world), IClassFixture<RealIncus>;
