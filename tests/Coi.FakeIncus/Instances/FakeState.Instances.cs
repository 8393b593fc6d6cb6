using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Coi.FakeIncus;

internal sealed partial class FakeState
{
    private static readonly string[] KnownPrefixes =
        ["user.", "volatile.", "image.", "boot.", "limits.", "security.", "raw.", "environment.", "linux.", "nvidia.", "migration.", "snapshots.", "cloud-init.", "cluster.", "systemd.", "oci."];

    private static readonly string[] KnownDevices = ["disk", "nic", "none", "unix-char", "unix-block", "proxy", "gpu", "tpm", "usb", "infiniband", "pci"];

    public FakeInstance Create(JsonObject request)
    {
        var name = FakeMaps.Text(request, "name");
        var source = request["source"] as JsonObject ?? [];
        return With(state =>
        {
            var instance = new FakeInstance(name, Time.GetUtcNow())
            {
                MutableConfig = FakeMaps.Config(request["config"]),
                MutableDevices = FakeMaps.Devices(request["devices"]),
                Profiles = request["profiles"] is null ? ["default"] : FakeMaps.List(request["profiles"]),
                Ephemeral = FakeMaps.Flag(request, "ephemeral"),
                Description = FakeMaps.Text(request, "description"),
            };
            Fill(instance, source);
            Validate(instance);
            if (Instances.ContainsKey(name))
            {
                throw new FakeIncusError(500, "Failed creating instance record: Add instance info to the database: "
                    + "Failed to create \"instances\" entry: UNIQUE constraint failed: instances.project_id, instances.name");
            }

            Instances[name] = instance;
            return instance;
        });
    }

    public static void ValidateName(string name)
    {
        if (!Regex.IsMatch(name, "^[A-Za-z][A-Za-z0-9-]{0,62}$"))
            throw new FakeIncusError(400, "Invalid instance name: Name can only contain alphanumeric and hyphen characters");
    }

    public static void ValidateConfig(IReadOnlyDictionary<string, string> config)
    {
        foreach (var key in config.Keys)
            if (!KnownPrefixes.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal)))
                throw new FakeIncusError(500, $"Failed creating instance record: Unknown configuration key: {key}");
    }

    public void ValidateDevices(IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> devices)
    {
        foreach (var (name, device) in devices)
        {
            var problem = device.GetValueOrDefault("type") switch
            {
                null => "Missing device type in config",
                var type when !KnownDevices.Contains(type) => "Unsupported device type",
                _ => null,
            };
            if (problem is not null)
                throw new FakeIncusError(500, $"Invalid devices: Device validation failed for \"{name}\": Failed loading device \"{name}\": {problem}");
            if (device.GetValueOrDefault("network") is { } network && !Networks.ContainsKey(network))
                throw new FakeIncusError(500, $"Invalid devices: Device validation failed for \"{name}\": Error loading network config for \"{network}\": Network not found");
        }
    }

    public void Start(FakeInstance instance, string action = "instance-started") => With(_ =>
    {
        if (instance.StatusCode != 102) throw new FakeIncusError(500, "The instance is already running");
        foreach (var (name, device) in instance.ExpandedDevices(this))
        {
            // Only what tests can break on purpose: a network that was taken away meanwhile.
            if (device.GetValueOrDefault("network") is { } network && !Networks.ContainsKey(network))
                throw new FakeIncusError(500, $"Failed to start device \"{name}\": Error loading network config for \"{network}\": Network not found");
        }

        instance.StatusCode = 103;
        instance.LastUsedAt = Time.GetUtcNow();
        instance.Starts++;
        instance.Log ??= "";
        instance.MutableConfig["volatile.last_state.power"] = "RUNNING";
        Events.Lifecycle(action, $"/1.0/instances/{instance.Name}");
    });

    /// <summary>Stops an instance and tells of it in the order in which the real one does.</summary>
    public void Stop(FakeInstance instance, string action, bool requested)
    {
        With(_ =>
        {
            instance.StatusCode = 102;
            instance.MutableConfig["volatile.last_state.power"] = "STOPPED";
            var source = $"/1.0/instances/{instance.Name}";
            if (!instance.Ephemeral)
            {
                Events.Lifecycle(action, source, requested: requested);
                return;
            }

            Instances.Remove(instance.Name);
            // Seen with 6.0.4: a forced stop tells of the deletion first, a shutdown from inside last.
            if (action == "instance-stopped")
            {
                Events.Lifecycle("instance-deleted", source, requested: requested);
                Events.Lifecycle(action, source, requested: requested);
            }
            else
            {
                Events.Lifecycle(action, source, requested: requested);
                Events.Lifecycle("instance-deleted", source, requested: requested);
            }
        });
        instance.KillExecs();
    }

    public Task PowerOffAsync(string name)
    {
        var instance = Instance(name);
        if (instance.StatusCode == 102) throw new InvalidOperationException($"Instance {name} does not run");
        Stop(instance, "instance-shutdown", requested: false);
        return Task.CompletedTask;
    }

    private void Validate(FakeInstance instance)
    {
        foreach (var profile in instance.Profiles)
            if (!Profiles.ContainsKey(profile)) throw new FakeIncusError(500, $"Requested profile \"{profile}\" doesn't exist");
        ValidateConfig(instance.Config);
        ValidateDevices(instance.Devices);
        if (!instance.ExpandedDevices(this).Values.Any(IsRoot))
        {
            throw new FakeIncusError(
                500, "Failed creating instance record: Failed initializing instance: Failed getting root disk: No root device could be found");
        }
    }

    private void Fill(FakeInstance instance, JsonObject source)
    {
        switch (FakeMaps.Text(source, "type"))
        {
            case "image" when FakeMaps.Text(source, "server") is { Length: > 0 } server:
                throw new FakeIncusError(500, $"Failed getting remote image info: Failed getting image: Unable to connect to: {server}");
            case "image":
                var image = FindImage(FakeMaps.Text(source, "alias"), FakeMaps.Text(source, "fingerprint"))
                    ?? throw new FakeIncusError(500, "Image not provided for instance creation");
                instance.Files = image.Files.Copy();
                instance.MutableConfig["volatile.base_image"] = image.Fingerprint;
                foreach (var (key, value) in image.Properties) instance.MutableConfig[$"image.{key}"] = value;
                break;
            case "copy":
                var original = Instances.GetValueOrDefault(FakeMaps.Text(source, "source"))
                    ?? throw FakeIncusError.NoInstance(FakeMaps.Text(source, "source"));
                instance.Files = original.Files.Copy();
                foreach (var (key, value) in original.Config) instance.MutableConfig.TryAdd(key, value);
                break;
            case "none":
                break;
            case var type:
                throw new FakeIncusError(400, $"Unknown source type {type}");
        }
    }

    private static bool IsRoot(IReadOnlyDictionary<string, string> device) =>
        device.GetValueOrDefault("type") == "disk" && device.GetValueOrDefault("path") == "/";
}
