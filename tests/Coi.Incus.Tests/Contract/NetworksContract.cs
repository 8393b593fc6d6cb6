namespace Coi.Incus.Tests.Contract;

/// <summary>What holds for networks and network ACLs, with the fake as with the real Incus.</summary>
public abstract class NetworksContract(IncusWorld world)
{
    private const int Limit = 120_000;

    // Networks of these tests: 10.214.1.0/24 unless $COI_TEST_NETWORK names another /24 (its first three numbers).
    private static readonly string Range = Environment.GetEnvironmentVariable("COI_TEST_NETWORK") ?? "10.214.1";
    private static int _subnets = Random.Shared.Next(32);

    private NetworksApi Networks => world.Client.Networks;

    private NetworkAclsApi Acls => world.Client.NetworkAcls;

    [Fact(Timeout = Limit)]
    public async Task A_new_bridge_is_up_with_its_address_and_listed()
    {
        var (name, gateway) = await CreateAsync(("user.coi.slot", "3"), ("bridge.mtu", "1400"));

        var network = Assert.Single(await Networks.ListAsync(), network => network.Name == name);
        Assert.Equal(("bridge", true, "Created", "3"), (network.Type, network.Managed, network.Status, network.Config["user.coi.slot"]));
        Assert.Equal($"{gateway}/29", (await Networks.FindAsync(name))!.Config["ipv4.address"]);
        var state = await Networks.GetStateAsync(name);
        Assert.Equal(1400, state.Mtu);
        Assert.Contains(state.Addresses, address => address.Family == "inet" && address.Address == gateway && address.Netmask == "29");
        Assert.Contains(await Networks.ListLeasesAsync(name), lease => lease.Address == gateway && lease.Type == "gateway");
    }

    [Fact(Timeout = Limit)]
    public async Task A_patch_sets_and_removes_keys()
    {
        var (name, _) = await CreateAsync(("user.keep", "1"), ("user.remove", "1"));

        await Networks.PatchAsync(name, new Dictionary<string, string> { ["user.remove"] = "", ["user.add"] = "2" });

        var config = (await Networks.FindAsync(name))!.Config;
        Assert.Equal(("1", "2"), (config["user.keep"], config["user.add"]));
        Assert.DoesNotContain("user.remove", config.Keys);
        Assert.Equal("none", config["ipv6.address"]);
    }

    [Fact(Timeout = Limit)]
    public async Task What_is_absent_is_null_or_not_found()
    {
        Assert.Null(await Networks.FindAsync("no-such"));
        Assert.Null(await Acls.FindAsync("no-such"));
        foreach (var call in new Func<Task>[]
        {
            () => Networks.GetStateAsync("no-such"),
            () => Networks.DeleteAsync("no-such"),
            () => Networks.PatchAsync("no-such", new Dictionary<string, string>()),
            () => Acls.DeleteAsync("no-such"),
            () => Acls.UpdateAsync("no-such", new NetworkAclPut()),
        })
        {
            Assert.True((await Assert.ThrowsAsync<IncusException>(call)).IsNotFound);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task A_second_network_or_ACL_of_the_same_name_is_a_conflict()
    {
        var (name, _) = await CreateAsync();
        var acl = world.NewName();
        await Acls.CreateAsync(new NewNetworkAcl { Name = acl });

        Assert.True((await Assert.ThrowsAsync<IncusException>(() => Networks.CreateAsync(Describe(name, NextGateway())))).IsConflict);
        Assert.True((await Assert.ThrowsAsync<IncusException>(() => Acls.CreateAsync(new NewNetworkAcl { Name = acl }))).IsConflict);
    }

    [Fact(Timeout = Limit)]
    public async Task What_cannot_be_made_leaves_nothing_behind()
    {
        var name = world.NewName();

        var acl = await Assert.ThrowsAsync<IncusException>(() => Networks.CreateAsync(Describe(name, NextGateway(), ("security.acls", "no-such"))));
        Assert.Equal("Network ACL \"no-such\" does not exist", acl.ErrorText);
        var length = await Assert.ThrowsAsync<IncusException>(() => Networks.CreateAsync(Describe("name-of-16-chars", NextGateway())));
        Assert.Equal((400, "Network interface is too long (maximum 15 characters)"), (length.StatusCode, length.ErrorText));
        var rule = await Assert.ThrowsAsync<IncusException>(() => Acls.CreateAsync(
            new NewNetworkAcl { Name = name, Egress = [new AclRule { Action = "perhaps" }] }));
        Assert.Contains("Invalid egress rule 0: Action must be one of", rule.ErrorText);

        Assert.Null(await Networks.FindAsync(name));
        Assert.Null(await Acls.FindAsync(name));
    }

    [Fact(Timeout = Limit)]
    public async Task Two_bridges_cannot_have_one_address()
    {
        var (_, gateway) = await CreateAsync();
        var other = world.NewName();

        // Mostly "Address already in use"; under load Incus complains about its own cleaning up instead.
        await Assert.ThrowsAsync<IncusException>(() => Networks.CreateAsync(Describe(other, gateway)));

        Assert.Null(await Networks.FindAsync(other));
    }

    [Fact(Timeout = Limit)]
    public async Task A_network_deleted_while_Incus_still_makes_it_leaves_nothing_in_its_way()
    {
        var (name, gateway) = (world.NewName(), NextGateway());
        for (var round = 1; round <= 3; round++)
        {
            await Acls.CreateAsync(new NewNetworkAcl { Name = name });
            using var client = new CancellationTokenSource();
            var creation = Networks.CreateAsync(Describe(name, gateway, ("security.acls", name)), client.Token);
            while (await Networks.FindAsync(name) is null) await Task.Delay(1);
            await client.CancelAsync();
            await Task.WhenAny(creation);

            await Networks.DeleteAsync(name);
            await Acls.DeleteAsync(name);

            Assert.Null(await Networks.FindAsync(name));
        }

        // Neither its interface nor its dnsmasq is left, which would refuse these two.
        await Networks.CreateAsync(Describe(name, gateway));
        Assert.Equal("Created", (await Networks.FindAsync(name))!.Status);
    }

    [Fact(Timeout = Limit)]
    public async Task A_network_that_was_left_half_made_goes_with_its_interface()
    {
        var (name, gateway) = (world.NewName(), NextGateway());
        await LeaveHalfMadeAsync(name, gateway);
        Assert.True((await Networks.FindAsync(name))!.IsPending);
        Assert.Equal(gateway, Assert.Single((await Networks.GetStateAsync(name)).Addresses, address => address.Family == "inet").Address);

        using var client = new IncusClient(world.Options with { NetworkCreationTimeout = TimeSpan.FromSeconds(3) });
        await client.Networks.DeleteAsync(name);

        foreach (var gone in (string[])[name, NetworksApi.NameAsideOf(name)])
        {
            Assert.Null(await Networks.FindAsync(gone));
            Assert.True((await Assert.ThrowsAsync<IncusException>(() => Networks.GetStateAsync(gone))).IsNotFound);
        }

        await Networks.CreateAsync(Describe(name, gateway));
        Assert.Equal("Created", (await Networks.FindAsync(name))!.Status);
    }

    [Fact(Timeout = Limit)]
    public async Task A_network_gets_another_name()
    {
        var (name, gateway) = await CreateAsync();
        var other = world.NewName();

        await Networks.RenameAsync(name, other);

        Assert.Null(await Networks.FindAsync(name));
        Assert.Equal($"{gateway}/29", (await Networks.FindAsync(other))!.Config["ipv4.address"]);
        Assert.True((await Assert.ThrowsAsync<IncusException>(() => Networks.RenameAsync(name, other))).IsNotFound);
    }

    [Fact(Timeout = Limit)]
    public async Task Rules_are_kept_as_given_and_replaced_as_a_whole()
    {
        var name = world.NewName();
        AclRule[] rules =
        [
            new() { Action = "allow", Destination = "198.51.100.10", Protocol = "tcp", DestinationPort = "443", Description = "one" },
            new() { Action = "reject", State = "disabled", Destination = "10.0.0.0/8,192.168.0.0/16" },
        ];

        await Acls.CreateAsync(new NewNetworkAcl
        {
            Name = name,
            Description = "a test",
            Egress = rules,
            Config = new Dictionary<string, string> { ["user.coi.slot"] = "1" },
        });
        var made = (await Acls.FindAsync(name))!;
        Assert.Equal(rules.OrderBy(rule => rule.Action), made.Egress.OrderBy(rule => rule.Action));
        Assert.Empty(made.Ingress);
        Assert.Equal(("a test", "1"), (made.Description, made.Config["user.coi.slot"]));

        await Acls.UpdateAsync(name, NetworkAclPut.From(made) with { Egress = [], Ingress = [rules[0]] });
        var changed = Assert.Single(await Acls.ListAsync(), acl => acl.Name == name);
        Assert.Empty(changed.Egress);
        Assert.Equal([rules[0]], changed.Ingress);
        Assert.Equal("1", changed.Config["user.coi.slot"]);
    }

    [Fact(Timeout = Limit)]
    public async Task What_is_in_use_is_not_deleted()
    {
        var acl = world.NewName();
        await Acls.CreateAsync(new NewNetworkAcl { Name = acl });
        var (network, _) = await CreateAsync(("security.acls", acl));
        var instance = world.NewName();
        await world.Client.Instances.CreateAsync(world.Describe(instance) with
        {
            Devices = new Dictionary<string, IReadOnlyDictionary<string, string>>
            {
                ["eth0"] = new Dictionary<string, string> { ["type"] = "nic", ["name"] = "eth0", ["network"] = network },
            },
        });

        Assert.Equal([$"/1.0/networks/{network}"], (await Acls.FindAsync(acl))!.UsedBy);
        Assert.Equal([$"/1.0/instances/{instance}"], (await Networks.FindAsync(network))!.UsedBy);
        Assert.Equal("Cannot delete an ACL that is in use", (await Assert.ThrowsAsync<IncusException>(() => Acls.DeleteAsync(acl))).ErrorText);
        Assert.Equal("The network is currently in use", (await Assert.ThrowsAsync<IncusException>(() => Networks.DeleteAsync(network))).ErrorText);

        await world.Client.Instances.DeleteAsync(instance);
        await Networks.DeleteAsync(network);
        await Acls.DeleteAsync(acl);
        Assert.Null(await Networks.FindAsync(network));
        Assert.Null(await Acls.FindAsync(acl));
    }

    /// <summary>Leaves a network behind that is pending and has its interface, as Incus does when it is killed while it makes one.</summary>
    protected abstract Task LeaveHalfMadeAsync(string name, string gateway);

    private async Task<(string Name, string Gateway)> CreateAsync(params (string Key, string Value)[] config)
    {
        var (name, gateway) = (world.NewName(), NextGateway());
        await Networks.CreateAsync(Describe(name, gateway, config));
        return (name, gateway);
    }

    private static string NextGateway() => $"{Range}.{(Interlocked.Increment(ref _subnets) % 32 * 8) + 1}";

    protected static NewNetwork Describe(string name, string gateway, params (string Key, string Value)[] config)
    {
        var all = config.ToDictionary(pair => pair.Key, pair => pair.Value);
        all["ipv4.address"] = $"{gateway}/29";
        all["ipv4.nat"] = "false";
        all["ipv6.address"] = "none";
        return new NewNetwork { Name = name, Config = all };
    }
}

public sealed class FakeNetworksSpecs(FakeWorld world) : NetworksContract(world), IClassFixture<FakeWorld>
{
    protected override async Task LeaveHalfMadeAsync(string name, string gateway)
    {
        await world.Client.Networks.CreateAsync(Describe(name, gateway));
        world.Server.Networks[name].IsPending = true;
    }
}

[Collection(RealIncusGroup.Name)]
public sealed class RealNetworksSpecs(RealIncus world) : NetworksContract(world), IClassFixture<RealIncus>
{
    // A request that is cut off leaves it pending and down; a new name then brings it up, pending as it is.
    protected override async Task LeaveHalfMadeAsync(string name, string gateway)
    {
        var first = world.NewName();
        using var client = new CancellationTokenSource();
        var creation = world.Client.Networks.CreateAsync(Describe(first, gateway), client.Token);
        while (await world.Client.Networks.FindAsync(first) is null) await Task.Delay(1);
        await client.CancelAsync();
        await Task.WhenAny(creation);
        var link = $"/sys/class/net/{first}";
        while (!Directory.Exists(link)) await Task.Delay(5);
        while (Directory.Exists(link)) await Task.Delay(50);
        await Task.Delay(1000); // its dnsmasq ends after it
        await world.Client.Networks.RenameAsync(first, name);
    }
}
