using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace Coi.FakeIncus;

/// <summary>Images: list, publish, import, export, delete.</summary>
internal static class ImageRoutes
{
    public static readonly FakeRoute[] All =
    [
        FakeRoute.Of("GET", "/1.0/images", ListAsync),
        FakeRoute.Of("POST", "/1.0/images", call => call.Body.Length > 0 ? CreateAsync(call) : ImportAsync(call)),
        FakeRoute.Of("GET", "/1.0/images/*", call => call.SyncAsync(call.State.With(state => Find(call, $"Image \"{call.Name}\" not found").ToJson(state)))),
        FakeRoute.Of("PATCH", "/1.0/images/*", PatchAsync),
        FakeRoute.Of("DELETE", "/1.0/images/*", DeleteAsync),
        FakeRoute.Of("GET", "/1.0/images/*/export", ExportAsync),
    ];

    private static FakeImage Find(FakeCall call, string message = "Image not found") =>
        call.State.FindImage("", call.Name) ?? throw new FakeIncusError(404, message);

    private static Task ListAsync(FakeCall call) => call.SyncAsync(call.State.With(state => new JsonArray(
    [
        .. call.Recursion == 0
            ? state.Images.Keys.Select(fingerprint => (JsonNode)$"/1.0/images/{fingerprint}")
            : state.Images.Values.Select(image => image.ToJson(state)),
    ])));

    private static Task PatchAsync(FakeCall call)
    {
        call.State.With(state =>
        {
            var image = Find(call);
            foreach (var (key, value) in FakeMaps.Config(call.Json["properties"])) image.Properties[key] = value;
            state.Events.Lifecycle("image-updated", $"/1.0/images/{image.Fingerprint}");
        });
        return call.DoneAsync();
    }

    private static Task CreateAsync(FakeCall call)
    {
        var request = call.Json;
        var source = request["source"] as JsonObject ?? [];
        if (FakeMaps.Text(source, "type") is not ("instance" or "snapshot"))
        {
            return call.StartAsync("Downloading image", null, null, _ => throw new FakeIncusError(
                500, $"Failed getting remote image info: Failed getting image: Unable to connect to: {FakeMaps.Text(source, "server")}"));
        }

        return call.StartAsync("Downloading image", null, null, async operation =>
        {
            var files = FakeMaps.Text(source, "type") == "snapshot" ? OfSnapshot(call.State, FakeMaps.Text(source, "name")) : OfInstance(call.State, FakeMaps.Text(source, "name"));
            await ReportAsync(call.State, operation);
            var image = new FakeImage(Fingerprint(Guid.NewGuid().ToByteArray()), call.State.Time.GetUtcNow())
            {
                Properties = FakeMaps.Config(request["properties"]),
                Public = FakeMaps.Flag(request, "public"),
                Files = files.Copy(),
            };
            call.State.Add(image, request["aliases"] as JsonArray ?? []);
            operation.Metadata = Describe(image);
        });
    }

    private static FakeFileSystem OfInstance(FakeState state, string name)
    {
        var instance = state.Instance(name);
        return instance.StatusCode == 102 ? instance.Files : throw new FakeIncusError(500, "Cannot export a running instance as an image");
    }

    private static FakeFileSystem OfSnapshot(FakeState state, string name)
    {
        var parts = name.Split('/');
        var instance = state.Instance(parts[0]);
        return state.With(_ => instance.Snapshots.GetValueOrDefault(parts[1]))?.Files ?? throw new FakeIncusError(404, "Instance snapshot not found");
    }

    private static async Task ImportAsync(FakeCall call)
    {
        var parts = await ReadPartsAsync(call);
        var image = new FakeImage(Fingerprint([.. parts.SelectMany(part => part)]), call.State.Time.GetUtcNow())
        {
            Parts = parts,
            Public = call.Context.Request.Headers["X-Incus-public"] == "1",
            Properties = QueryHelpers.ParseQuery(call.Context.Request.Headers["X-Incus-properties"])
                .ToDictionary(pair => pair.Key, pair => pair.Value.ToString()),
        };
        await call.StartAsync("Downloading image", null, null, operation =>
        {
            call.State.Add(image, []);
            operation.Metadata = Describe(image);
            return Task.CompletedTask;
        });
    }

    private static async Task<IReadOnlyList<byte[]>> ReadPartsAsync(FakeCall call)
    {
        var request = call.Context.Request;
        if (request.ContentType?.StartsWith("multipart/form-data", StringComparison.Ordinal) != true)
            return [await ReadAsync(request.Body)];
        var boundary = request.ContentType.Split("boundary=")[1].Trim('"');
        var reader = new MultipartReader(boundary, request.Body);
        var parts = new List<byte[]>();
        while (await reader.ReadNextSectionAsync() is { } section) parts.Add(await ReadAsync(section.Body));
        return parts;
    }

    private static async Task<byte[]> ReadAsync(Stream stream)
    {
        using var buffer = new MemoryStream();
        await stream.CopyToAsync(buffer);
        return buffer.ToArray();
    }

    private static Task DeleteAsync(FakeCall call)
    {
        var image = Find(call);
        return call.StartAsync("Deleting image", "images", image.Fingerprint, _ =>
        {
            call.State.With(state =>
            {
                state.Images.Remove(image.Fingerprint);
                foreach (var alias in state.Aliases.Values.Where(alias => alias.Target == image.Fingerprint).ToList())
                {
                    state.Aliases.Remove(alias.Name);
                    state.Events.Lifecycle("image-alias-deleted", $"/1.0/images/aliases/{alias.Name}");
                }

                state.Events.Lifecycle("image-deleted", $"/1.0/images/{image.Fingerprint}");
            });
            return Task.CompletedTask;
        });
    }

    private static async Task ExportAsync(FakeCall call)
    {
        var image = Find(call);
        var response = call.Context.Response;
        if (image.Parts is [var whole])
        {
            response.ContentType = "application/octet-stream";
            response.Headers.ContentDisposition = $"inline;filename={image.Filename}";
            await response.Body.WriteAsync(whole);
            return;
        }

        const string Boundary = "6e5907b218a19cce7ac02a16e01d338ac505";
        response.ContentType = $"multipart/form-data; boundary={Boundary}";
        var names = new[] { ("metadata", $"meta-{image.Fingerprint}.tar"), ("rootfs", $"{image.Fingerprint}.tar") };
        foreach (var (part, (field, file)) in image.Parts.Zip(names))
        {
            var first = field == "metadata" ? "" : "\r\n";
            await response.Body.WriteAsync(Encoding.UTF8.GetBytes(
                $"{first}--{Boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{file}\"\r\nContent-Type: application/octet-stream\r\n\r\n"));
            await response.Body.WriteAsync(part);
        }

        await response.Body.WriteAsync(Encoding.UTF8.GetBytes($"\r\n--{Boundary}--\r\n"));
    }

    private static Task ReportAsync(FakeState state, FakeOperation operation)
    {
        foreach (var percent in new[] { 1, 50, 100 })
        {
            operation.Metadata = new JsonObject
            {
                ["create_image_from_container_pack_progress"] = $"Image pack: {percent}% (100.00MB/s)",
                ["progress"] = new JsonObject { ["percent"] = $"{percent}", ["speed"] = "100000000", ["stage"] = "create_image_from_container_pack" },
            };
            state.Operations.Announce(operation);
        }

        return Task.CompletedTask;
    }

    private static JsonObject Describe(FakeImage image) =>
        new() { ["fingerprint"] = image.Fingerprint, ["size"] = $"{image.Parts.Sum(part => part.Length)}" };

    private static string Fingerprint(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
