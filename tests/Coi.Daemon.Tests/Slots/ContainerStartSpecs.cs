using Coi.Daemon.Slots;
using Coi.Domain;
using Coi.FakeIncus;
using Coi.Incus;
using Xunit;

namespace Coi.Daemon.Tests.Slots;

public sealed class ContainerStartSpecs : IAsyncLifetime, IDisposable
{
    private const string Late = "Failed to run: incusd forkstart one: exit status 1";
    private readonly string _directory = Directory.CreateTempSubdirectory("coi-start-").FullName;
    private FakeIncusServer? _incus;
    private IncusClient? _client;

    public async Task InitializeAsync()
    {
        _incus = await FakeIncusServer.StartAsync(Path.Combine(_directory, "unix.socket"));
        _incus.AddImage("coi");
        _client = new IncusClient(new IncusClientOptions { SocketPath = _incus.SocketPath });
        await _client.Instances.CreateAsync(new NewInstance { Name = "one", Source = InstanceSource.FromAlias("coi"), Profiles = ["default"] });
    }

    public async Task DisposeAsync()
    {
        if (_incus is not null) await _incus.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    public void Dispose() => _client?.Dispose();

    [Fact]
    public async Task A_start_whose_hook_ran_late_is_tried_once_more()
    {
        _incus!.Faults.FailOperation("PUT", "/state", Late);

        await new ContainerStart(_client!).RunAsync("one", () => null);

        Assert.True(_incus.Instances["one"].IsRunning);
    }

    [Fact]
    public async Task A_second_failure_is_told_with_what_LXC_wrote_down()
    {
        _incus!.Faults.FailOperation("PUT", "/state", Late, times: 2);
        _incus.Instances["one"].Log =
            """
            lxc one 20261124002058.246 ERROR    conf - ../src/lxc/conf.c:run_buffer:322 - Script exited with status 1
            lxc one 20261124002058.246 WARN     start - ../src/lxc/start.c:lxc_init:844 - not an error
            lxc one 20261124002058.246 ERROR    start - ../src/lxc/start.c:lxc_init:844 - Failed to run lxc.hook.pre-start for container "one"
            """;

        var failure = (await Assert.ThrowsAsync<FailureException>(() => new ContainerStart(_client!).RunAsync("one", () => null))).Failure;

        Assert.Equal("container.start_failed", failure.Code);
        Assert.EndsWith("LXC says: Script exited with status 1; Failed to run lxc.hook.pre-start for container \"one\"", failure.Message);
    }

    [Fact]
    public async Task What_coi_itself_complains_about_is_told_at_once()
    {
        _incus!.Faults.FailOperation("PUT", "/state", Late);
        var complaint = new Failure("workspace.unguarded", "a link", "remove it");

        var failure = (await Assert.ThrowsAsync<FailureException>(() => new ContainerStart(_client!).RunAsync("one", () => complaint))).Failure;

        Assert.Same(complaint, failure);
        Assert.False(_incus.Instances["one"].IsRunning);
    }

    [Fact]
    public async Task Another_failure_is_Incus_own()
    {
        _incus!.Faults.FailOperation("PUT", "/state", "No such network");

        await Assert.ThrowsAsync<IncusException>(() => new ContainerStart(_client!).RunAsync("one", () => null));
    }
}
