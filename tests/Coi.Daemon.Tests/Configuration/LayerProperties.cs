using System.Collections.Immutable;
using Coi.Daemon.Configuration;
using Coi.Domain.Configuration;
using CsCheck;
using Xunit;

namespace Coi.Daemon.Tests.Configuration;

/// <summary>Whatever the layers say, the highest one that has a key decides, with its place; one that is silent changes nothing.</summary>
public sealed class LayerProperties : IDisposable
{
    private static readonly Layer[] Above = [Layer.System, Layer.User, Layer.Project, Layer.Named, Layer.Environment, Layer.Profile, Layer.Flags];

    private readonly string _root = Directory.CreateTempSubdirectory("coi-layers-").FullName;

    [Fact]
    public void The_highest_layer_that_has_a_key_decides_with_its_place() =>
        Gen.Select(Gen.Bool.Array[Above.Length], Gen.Bool.Array[Above.Length], Gen.Bool.Array[Above.Length]).Sample(
            (image, model, mount) =>
            {
                // Only some layers can say all of it.
                var images = Above.Where((layer, at) => image[at]).ToHashSet();
                var models = Above.Where((layer, at) => model[at] && layer is not (Layer.Environment or Layer.Profile or Layer.Flags)).ToHashSet();
                var mounts = Above.Where((layer, at) => mount[at] && layer is not Layer.Environment).ToHashSet();

                var settings = Load(images, models, mounts);

                return Decides(settings, "defaults.image", images, layer => $"\"{layer}\"")
                    && Decides(settings, "defaults.model", models, layer => $"\"{layer}\"")
                    && Decides(settings, "mounts[/m]", mounts, layer => $"{{ host = \"/{layer}\", container = \"/m\" }}");
            },
            iter: 200, threads: 1);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static bool Decides(ImmutableSortedDictionary<string, Setting> settings, string key, HashSet<Layer> layers, Func<Layer, string> text)
    {
        if (layers.Count == 0) return key == "defaults.image" ? settings[key].Origin == Origin.BuiltIn : !settings.ContainsKey(key);
        var highest = layers.Max();
        return settings[key].Value.ToString() == text(highest) && settings[key].Origin.Layer == highest;
    }

    private ImmutableSortedDictionary<string, Setting> Load(HashSet<Layer> images, HashSet<Layer> models, HashSet<Layer> mounts)
    {
        var workspace = Directory.CreateDirectory(Path.Combine(_root, "workspace")).FullName;
        var user = Directory.CreateDirectory(Path.Combine(_root, ".config", "coi")).FullName;
        var named = Path.Combine(_root, "named.toml");
        Write(Path.Combine(_root, "etc.toml"), Layer.System);
        Write(Path.Combine(user, "config.toml"), Layer.User);
        Write(Path.Combine(workspace, ".coi.toml"), Layer.Project);
        Write(named, Layer.Named);
        var environment = new Dictionary<string, string> { ["COI_CONFIG"] = named };
        if (images.Contains(Layer.Environment)) environment["CLAUDE_ON_INCUS_IMAGE"] = nameof(Layer.Environment);
        var result = ConfigurationLoader.Load(new ConfigurationRequest
        {
            Home = _root,
            WorkspacePath = workspace,
            SystemFile = Path.Combine(_root, "etc.toml"),
            Environment = environment,
            Profile = "p",
            Overrides = new ConfigurationOverrides
            {
                Image = images.Contains(Layer.Flags) ? nameof(Layer.Flags) : null,
                Mounts = mounts.Contains(Layer.Flags) ? [new MountFlag("--mount", "/Flags", "/m", ReadOnly: false)] : [],
            },
            Trust = new TrustAll(),
        });
        return Assert.IsType<ConfigurationResult.Loaded>(result).Configuration.Values;

        void Write(string path, Layer layer)
        {
            var text = new List<string> { "[defaults]" };
            if (images.Contains(layer)) text.Add($"image = \"{layer}\"");
            if (models.Contains(layer)) text.Add($"model = \"{layer}\"");
            if (mounts.Contains(layer)) text.Add($"[[mounts]]\nhost = \"/{layer}\"\ncontainer = \"/m\"");
            if (layer == Layer.System) text.AddRange(Profile());
            File.WriteAllLines(path, text);
        }

        IEnumerable<string> Profile()
        {
            yield return "[profiles.p]\ninherits = \"q\"\n[profiles.q]\npersistent = true";
            if (images.Contains(Layer.Profile)) yield return "image = \"Profile\"";
            if (mounts.Contains(Layer.Profile)) yield return "[[profiles.q.mounts]]\nhost = \"/Profile\"\ncontainer = \"/m\"";
        }
    }

    private sealed class TrustAll : ITrust
    {
        public TrustState Of(string path, string sha256) => TrustState.Trusted;
    }
}
