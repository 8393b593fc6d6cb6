using Microsoft.AspNetCore.Http.Features;

namespace Coi.FakeIncus;

/// <summary>Files inside instances over one connection.</summary>
internal static class SftpRoutes
{
    public static readonly FakeRoute[] All = [FakeRoute.Of("GET", "/1.0/instances/*/sftp", ServeAsync)];

    private static async Task ServeAsync(FakeCall call)
    {
        var instance = call.State.Instance(call.Name);
        var upgrade = call.Context.Features.Get<IHttpUpgradeFeature>();
        if (upgrade is not { IsUpgradableRequest: true } || call.Context.Request.Headers.Upgrade != "sftp") throw new FakeIncusError(400, "Missing or invalid upgrade header");
        call.Context.Response.Headers.Upgrade = "sftp";
        await using var stream = await upgrade.UpgradeAsync();
        await new FakeSftp(instance.Files, stream).ServeAsync(call.Ended);
    }
}
