using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Containers;

/// <summary>Docker inside, without a network: what its traffic may reach is another matter.</summary>
public sealed class DockerSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    private static readonly string[] Keys = ["security.nesting", "security.syscalls.intercept.mknod", "security.syscalls.intercept.setxattr"];

    [Fact]
    public async Task Docker_runs_a_container_in_a_session()
    {
        var name = await Coi.StartAsync("--debug");
        await HasKeysAsync(name);

        // As the session's user, who is in Docker's group; the socket starts the daemon.
        await Eventually.IsTrueAsync("waiting for Docker", TimeSpan.FromSeconds(90), async () => (await IncusView.ShellAsync(name, "docker info")).ExitCode == 0);
        const string line = """
            cd /tmp && mkdir -p rootfs && cp --parents -L /bin/sh $(ldd /bin/sh | grep -o '/[^ ]*') rootfs/ &&
            tar -C rootfs -c . | docker import - tiny >/dev/null &&
            docker run --rm --network none tiny /bin/sh -c 'echo "inside: $((6 * 7))"'
            """;
        Assert.Contains("inside: 42\n", (await IncusView.ShellAsync(name, line)).Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_by_name_may_run_Docker_too()
    {
        var name = $"{Coi.Prefix}box";
        await Coi.OutputAsync("container", "launch", "coi", name);
        await HasKeysAsync(name);
    }

    private async Task HasKeysAsync(string name)
    {
        var config = (await Coi.Incus.InstanceAsync(name))!["config"]!;
        foreach (var key in Keys) Assert.Equal("true", (string?)config[key]);
    }
}
