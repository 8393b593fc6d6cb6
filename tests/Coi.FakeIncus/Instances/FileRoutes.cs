using System.Globalization;
using System.Text;

namespace Coi.FakeIncus;

/// <summary>Files inside instances.</summary>
internal static class FileRoutes
{
    public static readonly FakeRoute[] All =
    [
        FakeRoute.Of("HEAD", "/1.0/instances/*/files", call => ReadAsync(call, withContent: false)),
        FakeRoute.Of("GET", "/1.0/instances/*/files", call => ReadAsync(call, withContent: true)),
        FakeRoute.Of("POST", "/1.0/instances/*/files", WriteAsync),
        FakeRoute.Of("DELETE", "/1.0/instances/*/files", DeleteAsync),
    ];

    private static async Task ReadAsync(FakeCall call, bool withContent)
    {
        var files = call.State.Instance(call.Name).Files;
        var path = call.Query("path");
        var file = files.Find(path) ?? throw new FakeIncusError(404, "Not Found");
        var headers = call.Context.Response.Headers;
        headers["X-Incus-Type"] = file.Type;
        headers["X-Incus-Uid"] = file.Uid.ToString(CultureInfo.InvariantCulture);
        headers["X-Incus-Gid"] = file.Gid.ToString(CultureInfo.InvariantCulture);
        headers["X-Incus-Mode"] = $"0{Convert.ToString(file.Mode, 8)}";
        if (!withContent) return;
        if (file.Type == "directory")
        {
            await call.SyncAsync(FakeMaps.ToJson(files.List(path)));
            return;
        }

        call.Context.Response.ContentType = "application/octet-stream";
        // The real one keeps a relative link as it is, and reports it as an absolute path.
        var content = file.Type == "symlink"
            ? Encoding.UTF8.GetBytes(Path.Combine(Path.GetDirectoryName(path) ?? "/", file.Text))
            : file.Content;
        call.Context.Response.ContentLength = content.Length;
        await call.Context.Response.Body.WriteAsync(content);
    }

    private static async Task WriteAsync(FakeCall call)
    {
        var files = call.State.Instance(call.Name).Files;
        using var content = new MemoryStream();
        await call.Context.Request.Body.CopyToAsync(content, call.Ended);
        var type = Header(call, "X-Incus-type") is { Length: > 0 } given ? given : "file";
        files.Put(
            call.Query("path"), type, type == "directory" ? [] : content.ToArray(),
            Number(call, "X-Incus-uid", 10), Number(call, "X-Incus-gid", 10), Number(call, "X-Incus-mode", 8));
        await call.DoneAsync();
    }

    private static Task DeleteAsync(FakeCall call)
    {
        call.State.Instance(call.Name).Files.Delete(call.Query("path"));
        return call.DoneAsync();
    }

    private static string Header(FakeCall call, string name) => call.Context.Request.Headers[name].ToString();

    private static int? Number(FakeCall call, string name, int radix) =>
        Header(call, name) is { Length: > 0 } text ? Convert.ToInt32(text, radix) : null;
}
