namespace Coi.Incus.Tests.Contract;

/// <summary>The Incus of this machine.</summary>
public sealed class RealIncus : IncusWorld
{
    private const string Remedy = "These tests talk to a real Incus. Run ./test.sh, which installs and starts one and prepares its images";

    public override async Task InitializeAsync()
    {
        var client = new IncusClient();
        try
        {
            await client.GetServerAsync();
        }
        catch (Exception error) when (error is IncusUnavailableException or IncusException or IncusTimeoutException)
        {
            client.Dispose();
            throw new InvalidOperationException($"{Remedy} ({error.Message})", error);
        }

        Image = await FindImageAsync(client);
        Client = client;
    }

    public override async Task WaitForBootAsync(string instance)
    {
        // In the first moments systemd does not answer yet, and ignores a request to shut down. Then this blocks inside
        // until everything is started; the exit code only tells "running" from "degraded".
        await Client.Exec.CaptureAsync(instance, new ExecRequest
        {
            Command = ["sh", "-c", "until [ -S /run/systemd/private ]; do sleep 0.05; done; systemctl is-system-running --wait"],
            Timeout = TimeSpan.FromSeconds(60),
        });
    }

    private static async Task<string> FindImageAsync(IncusClient client)
    {
        if (Environment.GetEnvironmentVariable("COI_TEST_IMAGE") is { Length: > 0 } wanted) return wanted;
        foreach (var alias in new[] { "coi-base", "coi" })
            if (await client.Images.FindAliasAsync(alias) is not null) return alias;
        throw new InvalidOperationException($"{Remedy} (no image coi-base or coi; $COI_TEST_IMAGE names another)");
    }
}

/// <summary>Tests against the real Incus run one class after the other: the machine is small.</summary>
[CollectionDefinition(Name)]
public sealed class RealIncusGroup
{
    public const string Name = "real Incus";
}
