namespace Coi.Incus.Tests.Client;

/// <summary>Incus says 404 about one ACL or network when another one has just gone.</summary>
public sealed class MistakenAbsenceSpecs : FakeServer
{
    private const string AnotherWent = "Failed getting ACL usage: Network ACL not found";

    [Fact(Timeout = Limit)]
    public async Task What_is_listed_is_asked_for_again_and_found()
    {
        await Client.NetworkAcls.CreateAsync(new NewNetworkAcl { Name = "a" });
        Server.Faults.Fail("GET", "^/1.0/network-acls/a$", 404, AnotherWent, times: 2);

        Assert.Equal("a", (await Client.NetworkAcls.FindAsync("a"))?.Name);
    }

    [Fact(Timeout = Limit)]
    public async Task What_is_listed_is_deleted_all_the_same()
    {
        await Client.NetworkAcls.CreateAsync(new NewNetworkAcl { Name = "a" });
        await Client.Networks.CreateAsync(new NewNetwork { Name = "n" });
        Server.Faults.Fail("DELETE", "^/1.0/network-acls/a$", 404, AnotherWent, times: 2);
        Server.Faults.Fail("DELETE", "^/1.0/networks/n$", 404, "Network not found");

        await Client.NetworkAcls.DeleteAsync("a");
        await Client.Networks.DeleteAsync("n");

        Assert.Empty(await Client.NetworkAcls.ListAsync());
        Assert.DoesNotContain(await Client.Networks.ListAsync(), network => network.Name == "n");
    }

    [Fact(Timeout = Limit)]
    public async Task A_list_is_never_missing()
    {
        Server.Faults.Fail("GET", @"^/1.0/network-acls\?recursion=1", 404, AnotherWent, times: 2);
        Server.Faults.Fail("GET", @"^/1.0/networks\?recursion=1", 404, "Network not found", times: 2);

        Assert.Empty(await Client.NetworkAcls.ListAsync());
        Assert.Empty(await Client.Networks.ListAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task It_does_not_ask_for_ever()
    {
        await Client.NetworkAcls.CreateAsync(new NewNetworkAcl { Name = "a" });
        Server.Faults.Fail("DELETE", "^/1.0/network-acls/a$", 404, AnotherWent, times: 1000);

        var error = await Assert.ThrowsAsync<IncusException>(() => Client.NetworkAcls.DeleteAsync("a"));

        Assert.Equal($"Could not delete network ACL a: {AnotherWent}", error.Message);
        Assert.False(error.IsNotFound);
    }
}
