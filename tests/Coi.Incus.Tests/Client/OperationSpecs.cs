namespace Coi.Incus.Tests.Client;

public sealed class OperationSpecs : FakeServer
{
    [Fact(Timeout = Limit)]
    public async Task A_call_that_takes_too_long_names_its_step()
    {
        using var hasty = NewClient(callSeconds: 0.2);
        Server.Faults.Hang("GET", "^/1.0/instances");

        var error = await Assert.ThrowsAsync<IncusTimeoutException>(() => hasty.Instances.ListAsync());

        Assert.Equal("list instances", error.Step);
        Assert.Equal("Could not list instances within 0.2 s; see what Incus is doing: incus operation list", error.Message);
    }

    [Fact(Timeout = Limit)]
    public async Task An_operation_that_takes_too_long_names_its_step()
    {
        using var hasty = NewClient(operationSeconds: 0.2);
        await hasty.Instances.CreateAsync(Describe("a"));
        Server.Faults.HangOperation("PUT", "/instances/a/state");

        var error = await Assert.ThrowsAsync<IncusTimeoutException>(() => hasty.Instances.StartAsync("a"));

        Assert.Equal("start instance a", error.Step);
    }

    [Fact(Timeout = Limit)]
    public async Task An_operation_may_take_longer_than_a_call()
    {
        using var hasty = NewClient(callSeconds: 0.2);
        Server.Faults.DelayOperation("POST", "/instances$", TimeSpan.FromSeconds(0.6));

        await hasty.Instances.CreateAsync(Describe("a"));

        Assert.NotNull(await hasty.Instances.FindAsync("a"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_failed_operation_is_an_exception_with_Incus_words()
    {
        Server.Faults.FailOperation("POST", "/instances$", "Failed creating instance: no space left on device");

        var error = await Assert.ThrowsAsync<IncusException>(() => Client.Instances.CreateAsync(Describe("a")));

        Assert.Equal("Could not create instance a: Failed creating instance: no space left on device", error.Message);
        Assert.Equal(500, error.StatusCode);
        Assert.Empty(Server.Instances);
    }

    [Fact(Timeout = Limit)]
    public async Task Giving_up_cancels_the_operation_and_sees_it_end()
    {
        Server.Faults.HangOperation("POST", "/instances$", mayCancel: true);
        using var cancel = new CancellationTokenSource();
        var creating = Client.Instances.CreateAsync(Describe("a"), cancellationToken: cancel.Token);
        await WaitForRequestAsync("/wait");

        await cancel.CancelAsync();

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => creating);
        Assert.Equal(cancel.Token, error.CancellationToken);
        Assert.Contains(Server.RequestLog, request => request.Method == "DELETE" && request.Path.StartsWith("/1.0/operations/", StringComparison.Ordinal));
        Assert.Empty(Server.Instances);
        Assert.All(await Client.Operations.ListAsync(), operation => Assert.True(operation.IsFinished));
    }

    [Fact(Timeout = Limit)]
    public async Task Giving_up_on_what_cannot_be_cancelled_still_ends_the_wait()
    {
        Server.Faults.HangOperation("POST", "/instances$");
        using var cancel = new CancellationTokenSource();
        var creating = Client.Instances.CreateAsync(Describe("a"), cancellationToken: cancel.Token);
        await WaitForRequestAsync("/wait");

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => creating);
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_dies_under_an_operation_is_told_at_once()
    {
        Server.Faults.HangOperation("POST", "/instances$");
        var creating = Client.Instances.CreateAsync(Describe("a"));
        await WaitForRequestAsync("/wait");

        await Server.KillAsync();

        Assert.Equal(IncusUnavailableReason.NotAnswering, (await Assert.ThrowsAsync<IncusUnavailableException>(() => creating)).Reason);
    }

    [Fact(Timeout = Limit)]
    public async Task Nothing_polls_and_nobody_listens_unless_progress_is_wanted()
    {
        await Client.Instances.CreateAsync(Describe("a"));
        await Client.Instances.StartAsync("a");

        Assert.Equal(2, Server.RequestLog.Count(request => request.Path.Contains("/operations/", StringComparison.Ordinal)));
        Assert.DoesNotContain(Server.RequestLog, request => request.Path.Contains("/events", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task Progress_is_reported_in_Incus_words_with_percent()
    {
        await Client.Instances.CreateAsync(Describe("a"));
        var reports = new Reports();

        await Client.Images.PublishAsync(new PublishRequest { Instance = "a" }, reports);

        Assert.Contains(
            new OperationProgress("Downloading image", "create_image_from_container_pack", "Image pack: 50% (100.00MB/s)", 50), reports.All);
        while (Server.EventListeners > 0) await Task.Delay(10);
    }

    private async Task WaitForRequestAsync(string part)
    {
        while (!Server.RequestLog.Any(request => request.Path.Contains(part, StringComparison.Ordinal)))
            await Task.Delay(10);
    }

    private sealed class Reports : IProgress<OperationProgress>
    {
        private readonly List<OperationProgress> _all = [];

        public IReadOnlyList<OperationProgress> All
        {
            get
            {
                lock (_all) return [.. _all];
            }
        }

        public void Report(OperationProgress value)
        {
            lock (_all) _all.Add(value);
        }
    }
}
