using System.Net;
using System.Text.Json.Nodes;

namespace Coi.FakeIncus;

/// <summary>The addresses that a running instance would have: the second of its bridge's network, and so on.</summary>
internal static class FakeAddresses
{
    public static JsonObject Of(FakeInstance instance, FakeState state)
    {
        var json = new JsonObject { ["lo"] = Interface("127.0.0.1", "8", "local", "loopback", "", 65536) };
        foreach (var (device, settings) in instance.ExpandedDevices(state))
        {
            if (settings.GetValueOrDefault("type") != "nic") continue;
            var name = settings.GetValueOrDefault("name") ?? device;
            var network = state.Networks.GetValueOrDefault(settings.GetValueOrDefault("network") ?? "");
            var (address, length) = Address(network, instance, device, state);
            json[name] = Interface(address, length, "global", "broadcast", $"veth{Math.Abs(instance.Name.GetHashCode()) % 10000:0000}", 1500);
        }

        return json;
    }

    private static (string? Address, string Length) Address(
        FakeNetwork? network, FakeInstance instance, string device, FakeState state)
    {
        if (instance.Devices.GetValueOrDefault(device)?.GetValueOrDefault("ipv4.address") is { } fixedAddress) return (fixedAddress, "24");
        if (network?.Config.GetValueOrDefault("ipv4.address")?.Split('/') is not [var gateway, var length]) return (null, "24");
        var bytes = IPAddress.Parse(gateway).GetAddressBytes();
        // Each user of the network gets the next address after the gateway's, by the order of names.
        bytes[3] += (byte)(1 + state.Instances.Values
            .Where(other => other.ExpandedDevices(state).Values.Any(nic => nic.GetValueOrDefault("network") == network.Name))
            .TakeWhile(other => other.Name != instance.Name).Count());
        return (new IPAddress(bytes).ToString(), length);
    }

    private static JsonObject Interface(string? address, string length, string scope, string type, string host, int mtu) => new()
    {
        ["addresses"] = address is null
            ? new JsonArray()
            : new JsonArray(new JsonObject { ["family"] = "inet", ["address"] = address, ["netmask"] = length, ["scope"] = scope }),
        ["hwaddr"] = type == "loopback" ? "" : "10:66:6a:00:00:01",
        ["host_name"] = host,
        ["mtu"] = mtu,
        ["state"] = "up",
        ["type"] = type,
    };
}
