using System.CommandLine;
using System.Globalization;
using Coi.Cli.CommandLine;
using Coi.Contracts;
using Coi.Incus;

namespace Coi.Cli.Instances;

/// <summary><c>coi container list</c>.</summary>
internal sealed class ContainerListCommand : CoiCommand
{
    private readonly Option<bool> _all = new("--all") { Description = "Every container in Incus, not only coi's own" };
    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    public ContainerListCommand() : base("list", "List containers as Incus sees them")
    {
        Options.Add(_all);
        Options.Add(_format);
    }

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
        [new("container list", "coi's own, whatever runs in them"), new("container list --all --format=json", "all that Incus has, for programs")];

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var surroundings = invocation.Surroundings;
        var json = OutputFormat.IsJson(invocation, _format);
        var home = DaemonPaths.Home(surroundings.Variable);
        using var incus = await DirectIncus.OpenAsync(surroundings);
        var lines = (await incus.Instances.ListFullAsync())
            .Where(instance => invocation.Value(_all) || instance.Config.GetValueOrDefault("user.coi.home") == home)
            .Select(instance => ContainerLines.Of(instance, instance.State))
            .OrderBy(line => line.Name, StringComparer.Ordinal)
            .ToArray();
        if (json)
        {
            OutputFormat.WriteJson(surroundings, lines, InstancesJson.Default.ContainerLineArray);
            return ExitCodes.Success;
        }

        if (lines.Length == 0) surroundings.Out.WriteLine("No containers");
        var width = lines.Select(line => line.Name.Length).DefaultIfEmpty().Max();
        foreach (var line in lines)
            surroundings.Out.WriteLine($"{line.Name.PadRight(width)}  {line.Status,-8}  {line.Kind,-9}  {line.Ipv4,-15}  {line.Image}".TrimEnd());
        return ExitCodes.Success;
    }
}

/// <summary><c>coi container info</c>.</summary>
internal sealed class ContainerInfoCommand : CoiCommand
{
    private readonly Argument<string> _name = new("name");
    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    public ContainerInfoCommand() : base("info", "Show what a container is and what is in it")
    {
        Arguments.Add(_name);
        Options.Add(_format);
    }

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples => [new("container info my-container", "for a person"), new("container info my-container --format=json", "for programs")];

    /// <inheritdoc />
    public override Completes Completes => Completes.Instances;

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var surroundings = invocation.Surroundings;
        var json = OutputFormat.IsJson(invocation, _format);
        var name = invocation.Value(_name) ?? "";
        using var incus = await DirectIncus.OpenAsync(surroundings);
        if (name.Length == 0 || await incus.Instances.FindAsync(name) is not { } instance) throw DirectIncus.Missing(name);
        var details = ContainerLines.Details(instance, instance.IsRunning ? await incus.Instances.GetStateAsync(name) : null);
        if (json) OutputFormat.WriteJson(surroundings, details, InstancesJson.Default.ContainerDetails);
        else Write(details, surroundings.Out);
        return ExitCodes.Success;
    }

    private static void Write(ContainerDetails details, TextWriter output)
    {
        Line("Name", details.Name);
        Line("Status", details.Status);
        Line("Kind", details.Kind);
        Line("Image", details.Image);
        if (details.Ipv4.Length > 0) Line("IPv4", details.Ipv4);
        Line("Created", details.CreatedAt.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
        if (details.Processes > 0) Line("Processes", details.Processes.ToString(CultureInfo.InvariantCulture));
        if (details.MemoryBytes > 0) Line("Memory", $"{(details.MemoryBytes / 1048576.0).ToString("0", CultureInfo.InvariantCulture)} MiB");
        foreach (var (device, keys) in details.Devices)
            Line("Device", $"{device}: {string.Join(", ", keys.OrderBy(key => key.Key, StringComparer.Ordinal).Select(key => $"{key.Key}={key.Value}"))}");

        void Line(string label, string text) => output.WriteLine($"{label + ":",-12}{text}".TrimEnd());
    }
}

/// <summary>Containers in the words of what is printed.</summary>
internal static class ContainerLines
{
    /// <summary>One line of the list.</summary>
    public static ContainerLine Of(Instance instance, InstanceState? state) => new()
    {
        Name = instance.Name,
        Status = instance.Status,
        Kind = instance.Config.GetValueOrDefault("user.coi.kind") ?? "other",
        Image = instance.Config.GetValueOrDefault("image.description") ?? "",
        Ipv4 = state?.Network.GetValueOrDefault("eth0")?.Addresses.FirstOrDefault(address => address.Family == "inet")?.Address ?? "",
        Ephemeral = instance.Ephemeral,
        CreatedAt = instance.CreatedAt,
    };

    /// <summary>All of it.</summary>
    public static ContainerDetails Details(Instance instance, InstanceState? state)
    {
        var line = Of(instance, state);
        return new ContainerDetails
        {
            Name = line.Name,
            Status = line.Status,
            Kind = line.Kind,
            Image = line.Image,
            Ipv4 = line.Ipv4,
            Ephemeral = line.Ephemeral,
            CreatedAt = line.CreatedAt,
            Devices = instance.ExpandedDevices,
            Processes = state?.Processes ?? 0,
            MemoryBytes = state?.Memory?.Usage ?? 0,
        };
    }
}
