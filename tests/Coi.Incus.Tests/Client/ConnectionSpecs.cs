using System.Net.Sockets;

namespace Coi.Incus.Tests.Client;

public sealed class ConnectionSpecs : FakeServer
{
    [Fact(Timeout = Limit)]
    public async Task Without_a_socket_the_error_says_so_and_what_to_do()
    {
        await Server.StopAsync();

        var error = await Assert.ThrowsAsync<IncusUnavailableException>(() => Client.GetServerAsync());

        Assert.Equal((IncusUnavailableReason.NoSocket, SocketPath), (error.Reason, error.SocketPath));
        Assert.Equal($"There is no Incus socket at {SocketPath}; install Incus or start it: systemctl enable --now incus.socket", error.Message);
    }

    [Fact(Timeout = Limit)]
    public async Task Behind_a_socket_that_nobody_serves_Incus_does_not_answer()
    {
        await Server.KillAsync();

        Assert.Equal(
            IncusUnavailableReason.NotAnswering, (await Assert.ThrowsAsync<IncusUnavailableException>(() => Client.Instances.ListAsync())).Reason);
        Assert.Equal(
            IncusUnavailableReason.NotAnswering,
            (await Assert.ThrowsAsync<IncusUnavailableException>(() => Client.Instances.CreateAsync(Describe("a"), new Progress<OperationProgress>()))).Reason);
    }

    [Fact]
    public void Each_cause_has_its_reason()
    {
        // Root is never denied, so this one cannot be provoked on every machine.
        Assert.Equal(
            IncusUnavailableReason.PermissionDenied, UnixSocketConnector.Classify(new SocketException((int)SocketError.AccessDenied), SocketPath));
        Assert.Equal(
            IncusUnavailableReason.NotAnswering, UnixSocketConnector.Classify(new SocketException((int)SocketError.ConnectionRefused), SocketPath));
        Assert.Equal(IncusUnavailableReason.NoSocket, UnixSocketConnector.Classify(new SocketException(-1), "/etc/passwd/no/such"));
        Assert.Contains("usermod -aG incus-admin", new IncusUnavailableException(IncusUnavailableReason.PermissionDenied, "/s").Message);
    }

    [Fact(Timeout = Limit)]
    public async Task A_restarted_server_is_found_again_by_the_same_client()
    {
        await Client.Instances.CreateAsync(Describe("a"));

        await Server.KillAsync();
        await Assert.ThrowsAsync<IncusUnavailableException>(() => Client.Instances.ListAsync());
        await Server.RestartAsync();

        Assert.Equal(["a"], (await Client.Instances.ListAsync()).Select(instance => instance.Name));
    }

    [Fact(Timeout = Limit)]
    public async Task A_connection_cut_in_the_middle_means_not_answering()
    {
        // Twice: an idempotent request that got no answer at all is tried once more by the HTTP stack.
        Server.Faults.Disconnect("GET", "^/1.0/instances", times: 10);

        var error = await Assert.ThrowsAsync<IncusUnavailableException>(() => Client.Instances.ListAsync());

        Assert.Equal(IncusUnavailableReason.NotAnswering, error.Reason);
    }

    [Fact(Timeout = Limit)]
    public async Task Half_an_answer_is_an_error_that_says_so()
    {
        await Client.Instances.CreateAsync(Describe("a"));
        Server.Faults.Truncate("GET", "^/1.0/instances");

        var error = await Assert.ThrowsAsync<IncusException>(() => Client.Instances.ListAsync());

        Assert.StartsWith("Could not list instances: Incus' answer is not the JSON that was expected", error.Message);
        Assert.Single(await Client.Instances.ListAsync());
    }

    [Theory(Timeout = Limit)]
    [InlineData(500)]
    [InlineData(403)]
    [InlineData(503)]
    public async Task Only_404_means_absent(int status)
    {
        Server.Faults.Fail("GET", "^/1.0/instances/a", status, "database is locked");

        var error = await Assert.ThrowsAsync<IncusException>(() => Client.Instances.FindAsync("a"));

        Assert.Equal((status, "database is locked", false), (error.StatusCode, error.ErrorText, error.IsNotFound));
        Assert.Null(await Client.Instances.FindAsync("a"));
    }

    [Fact]
    public void The_socket_is_looked_for_where_Incus_own_client_looks()
    {
        Assert.Equal("/a/b", IncusSocket.Discover(new Dictionary<string, string> { ["INCUS_SOCKET"] = "/a/b", ["INCUS_DIR"] = "/c" }));
        Assert.Equal("/c/unix.socket", IncusSocket.Discover(new Dictionary<string, string> { ["INCUS_DIR"] = "/c" }));
        Assert.Equal(
            IncusSocket.Discover(new Dictionary<string, string>()),
            IncusSocket.Discover(new Dictionary<string, string> { ["INCUS_SOCKET"] = "", ["INCUS_DIR"] = "" }));
    }

    [Fact(Timeout = Limit)]
    public async Task Another_project_is_named_in_every_request()
    {
        using var client = new IncusClient(new IncusClientOptions { SocketPath = SocketPath, Project = "my project" });

        await client.Instances.ListAsync();
        await client.Instances.FindAsync("a");

        Assert.Equal(
            ["GET /1.0/instances?recursion=1&project=my%20project", "GET /1.0/instances/a?project=my%20project"],
            Server.RequestLog.Select(request => request.ToString()));
    }
}
