using System.Text.Json.Nodes;

namespace Coi.FakeIncus;

internal sealed partial class FakeState
{
    /// <summary>An image by alias, or by the beginning of its fingerprint.</summary>
    public FakeImage? FindImage(string alias, string fingerprint) => With(state =>
    {
        if (alias.Length > 0)
            return state.Aliases.TryGetValue(alias, out var found) ? state.Images.GetValueOrDefault(found.Target) : null;
        return fingerprint.Length == 0
            ? null
            : state.Images.Values.FirstOrDefault(image => image.Fingerprint.StartsWith(fingerprint, StringComparison.Ordinal));
    });

    public void Add(FakeImage image, JsonArray aliases) => With(state =>
    {
        if (state.Images.ContainsKey(image.Fingerprint)) throw new FakeIncusError(409, "Image with same fingerprint already exists");
        var names = aliases.Select(alias => FakeMaps.Text(alias as JsonObject ?? [], "name")).ToList();
        foreach (var name in names)
            if (state.Aliases.ContainsKey(name)) throw new FakeIncusError(409, $"Alias already exists: {name}");
        state.Images[image.Fingerprint] = image;
        foreach (var name in names)
        {
            state.Aliases[name] = new FakeAlias(name, image.Fingerprint, "");
            state.Events.Lifecycle("image-alias-created", $"/1.0/images/aliases/{name}");
        }

        state.Events.Lifecycle("image-created", $"/1.0/images/{image.Fingerprint}");
    });
}
