namespace Coi.Incus.Tests.Client;

/// <summary>Incus stumbles over an interface of another container that goes away while it looks at it.</summary>
public sealed class VanishedInterfaceSpecs : FakeServer
{
    // Incus' own words, 6.0.4.
    private const string Gone =
        "Failed to delete bridge children interfaces: Failed to run: ip -d -j link show veth6b9f8079: exit status 1 (Device \"veth6b9f8079\" does not exist.)";

    [Fact(Timeout = Limit)]
    public async Task A_network_is_made_changed_and_deleted_all_the_same()
    {
        Server.Faults.Fail("POST", "^/1.0/networks$", 500, Gone, times: 2);
        Server.Faults.Fail("PATCH", "^/1.0/networks/n$", 500, Gone);
        Server.Faults.Fail("DELETE", "^/1.0/networks/n$", 500, Gone);

        await Client.Networks.CreateAsync(new NewNetwork { Name = "n" });
        await Client.Networks.PatchAsync("n", new Dictionary<string, string> { ["user.a"] = "1" });
        Assert.Equal("1", (await Client.Networks.FindAsync("n"))?.Config["user.a"]);
        await Client.Networks.DeleteAsync("n");

        Assert.DoesNotContain(await Client.Networks.ListAsync(), network => network.Name == "n");
    }

    [Fact(Timeout = Limit)]
    public async Task It_does_not_ask_for_ever()
    {
        Server.Faults.Fail("POST", "^/1.0/networks$", 500, Gone, times: 1000);

        var error = await Assert.ThrowsAsync<IncusException>(() => Client.Networks.CreateAsync(new NewNetwork { Name = "n" }));

        Assert.Contains("veth6b9f8079", error.Message);
    }
}
