using Coi.Daemon.Doctor;
using Coi.Daemon.Incus;
using Coi.Daemon.Index;
using Coi.Daemon.Network.Inspection;

namespace Coi.Daemon.Api;

/// <summary>The routes of the API.</summary>
internal static class ApiRoutes
{
    /// <summary>Registers what the routes need.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services) => services
        .AddSingleton<ContainerIndex>()
        .AddSingleton<IncusHealth>()
        .AddSingleton<ResumeResolution>()
        .AddSingleton<LaunchConfiguration>()
        .AddSingleton<SessionLaunch>()
        .AddSingleton<SessionEndpoints>()
        .AddSingleton<SessionInfoEndpoint>()
        .AddSingleton<ContainerEndpoints>()
        .AddSingleton<CleanPlan>()
        .AddSingleton<CleanEndpoint>()
        .AddSingleton<OutcomeEndpoint>()
        .AddSingleton<BuildEndpoints>()
        .AddSingleton<StreamedAnswers>()
        .AddSingleton<NamedContainerEndpoints>()
        .AddSingleton<NetworkInspection>()
        .AddSingleton<NetworkTests>()
        .AddSingleton<NetworkEndpoints>()
        .AddSingleton<ImageEndpoints>()
        .AddSingleton<ConfigurationEndpoints>()
        .AddSingleton<TrustEndpoints>()
        .AddSingleton<HistoryEndpoints>()
        .AddSingleton<FeedEndpoint>()
        .AddSingleton<IncusChecks>()
        .AddSingleton<HomeChecks>()
        .AddSingleton<DoctorEndpoint>()
        .AddSingleton<StatusEndpoints>();

    /// <summary>Maps every route of version 1.</summary>
    public static WebApplication MapApi(this WebApplication app)
    {
        var services = app.Services;
        var sessions = services.GetRequiredService<SessionEndpoints>();
        var containers = services.GetRequiredService<ContainerEndpoints>();
        var outcome = services.GetRequiredService<OutcomeEndpoint>();
        var named = services.GetRequiredService<NamedContainerEndpoints>();
        var networks = services.GetRequiredService<NetworkEndpoints>();
        var builds = services.GetRequiredService<BuildEndpoints>();
        var images = services.GetRequiredService<ImageEndpoints>();
        var status = services.GetRequiredService<StatusEndpoints>();
        var configuration = services.GetRequiredService<ConfigurationEndpoints>();
        var trust = services.GetRequiredService<TrustEndpoints>();
        var doctor = services.GetRequiredService<DoctorEndpoint>();
        var history = services.GetRequiredService<HistoryEndpoints>();
        app.UseMiddleware<ConnectionGuard>();
        app.Map("GET", "/v1/status", status.StatusAsync);
        app.Map("GET", "/v1/list", status.ListAsync);
        app.Map("POST", "/v1/stop", status.StopAsync);
        app.Map("GET", "/v1/history", history.ListAsync);
        app.Map("POST", "/v1/doctor", doctor.CheckAsync);
        app.Map("GET", "/v1/drift", doctor.DriftAsync);
        app.Map("GET", "/v1/containers/{name}/why", context => history.WhyAsync(context, Name(context)));
        app.Map("GET", "/v1/events", services.GetRequiredService<FeedEndpoint>().FollowAsync);
        app.Map("POST", "/v1/sessions", sessions.StartAsync);
        app.Map("GET", "/v1/session", services.GetRequiredService<SessionInfoEndpoint>().AnswerAsync);
        app.Map("POST", "/v1/clean", services.GetRequiredService<CleanEndpoint>().CleanAsync);
        app.Map("POST", "/v1/containers/persist", containers.PersistAsync);
        app.Map("POST", "/v1/containers/shutdown", containers.ShutdownAsync);
        app.Map("POST", "/v1/containers/kill", containers.KillAsync);
        app.Map("GET", "/v1/containers/{name}/attach", context => containers.AttachAsync(context, Name(context)));
        app.Map("GET", "/v1/containers/{name}/outcome", context => outcome.AnswerAsync(context, Name(context)));
        app.Map("POST", "/v1/containers/{name}/recover", context => containers.RecoverAsync(context, Name(context)));
        app.Map("GET", "/v1/incus", named.PlaceAsync);
        app.Map("POST", "/v1/containers/launch", named.LaunchAsync);
        app.Map("POST", "/v1/containers/{name}/start", context => named.StartAsync(context, Name(context)));
        app.Map("POST", "/v1/containers/{name}/stop", context => named.StopAsync(context, Name(context)));
        app.Map("POST", "/v1/containers/{name}/delete", context => named.DeleteAsync(context, Name(context)));
        app.Map("POST", "/v1/containers/{name}/mount", context => named.MountAsync(context, Name(context)));
        app.Map("GET", "/v1/containers/{name}/network", context => networks.ShowAsync(context, Name(context)));
        app.Map("POST", "/v1/containers/{name}/network", context => networks.SetAsync(context, Name(context)));
        app.Map("POST", "/v1/containers/{name}/network/test", context => networks.TestAsync(context, Name(context)));
        app.Map("POST", "/v1/builds", builds.BuildAsync);
        app.Map("POST", "/v1/builds/{alias}/cancel", context => builds.CancelAsync(context, Name(context, "alias")));
        app.Map("POST", "/v1/images/publish", images.PublishAsync);
        app.Map("POST", "/v1/images/delete", images.DeleteAsync);
        app.Map("POST", "/v1/images/cleanup", images.CleanAsync);
        app.Map("POST", "/v1/configuration", configuration.ShowAsync);
        app.Map("POST", "/v1/configuration/check", configuration.CheckAsync);
        app.Map("POST", "/v1/configuration/starter", configuration.StarterAsync);
        app.Map("GET", "/v1/configuration/schema", ConfigurationEndpoints.SchemaAsync);
        app.Map("GET", "/v1/trust", trust.ListAsync);
        app.Map("POST", "/v1/trust", trust.TrustAsync);
        app.Map("POST", "/v1/trust/inspect", trust.InspectAsync);
        app.Map("POST", "/v1/untrust", trust.UntrustAsync);
        return app;
    }

    // A RequestDelegate, not a bound lambda: parameter binding by reflection would cost start-up time and buys nothing here.
    private static void Map(this WebApplication app, string method, string pattern, RequestDelegate handler) => app.MapMethods(pattern, [method], handler);

    private static string Name(HttpContext context, string part = "name") => context.Request.RouteValues[part] as string ?? "";
}
