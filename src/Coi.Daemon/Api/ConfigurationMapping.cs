using System.Text.Json;
using System.Text.Json.Nodes;
using Coi.Contracts;
using Coi.Daemon.Configuration;
using Coi.Domain.Configuration;

namespace Coi.Daemon.Api;

/// <summary>The configuration in the words of the wire.</summary>
internal static class ConfigurationMapping
{
    /// <summary>A setting.</summary>
    public static ConfigurationSetting ToContract(this Setting setting, string key) => new()
    {
        Key = key,
        Value = Value(setting.Value),
        Toml = setting.Value.ToString() ?? "",
        Layer = Name(setting.Origin.Layer),
        Origin = setting.Origin.ToString(),
        File = File(setting.Origin),
        Line = At(setting.Origin.Line),
        Column = At(setting.Origin.Column),
    };

    /// <summary>A problem.</summary>
    public static ConfigurationFault ToContract(this ConfigurationProblem problem)
    {
        var failure = problem.ToFailure();
        return new ConfigurationFault
        {
            Code = failure.Code,
            Message = failure.Message,
            Hint = failure.Hint,
            Key = problem.Key,
            File = problem.Origin is { } origin ? File(origin) : null,
            Line = At(problem.Origin?.Line),
            Column = At(problem.Origin?.Column),
        };
    }

    /// <summary>A workspace's own file.</summary>
    public static ProjectFileReport ToContract(this ProjectFile project) => new()
    {
        File = project.Path,
        Sha256 = project.Sha256,
        Trust = Name(project.Trust),
        Loosens =
        [
            .. project.Loosens.Select(setting => new LoosenedSetting
            {
                Key = setting.Key,
                Toml = setting.Wanted.ToString() ?? "",
                InForce = setting.InForce?.ToString(),
                Line = setting.Origin.Line,
                Column = setting.Origin.Column,
            }),
        ],
    };

    /// <summary>What flags ask for.</summary>
    public static IReadOnlyList<MountFlag> ToFlags(this IReadOnlyList<RequestedMount> mounts) =>
        [.. mounts.Select(mount => new MountFlag(mount.Flag, mount.Host, mount.Container, mount.ReadOnly))];

    /// <summary>A layer.</summary>
    public static string Name(Layer layer) => layer switch
    {
        Layer.BuiltIn => "default",
        Layer.Flags => "flag",
        _ => layer.ToString().ToLowerInvariant(),
    };

    /// <summary>A state of trust.</summary>
    public static string Name(TrustState state) => state.ToString().ToLowerInvariant();

    // A profile's values come from the file that defines it.
    private static string? File(Origin origin) => origin.Layer is Layer.BuiltIn or Layer.Environment or Layer.Flags || origin.Source.Length == 0 ? null : origin.Source;

    private static int? At(int? position) => position is > 0 ? position : null;

    private static JsonElement Value(ConfigurationValue value)
    {
        JsonNode node = value switch
        {
            ConfigurationValue.Text text => JsonValue.Create(text.Value),
            ConfigurationValue.Flag flag => JsonValue.Create(flag.Value),
            ConfigurationValue.Number number => JsonValue.Create(number.Value),
            ConfigurationValue.TextList list => new JsonArray([.. list.Values.Select(item => JsonValue.Create(item))]),
            ConfigurationValue.Mount mount => new JsonObject { ["host"] = mount.Host, ["container"] = mount.Container, ["readonly"] = mount.ReadOnly },
            _ => JsonValue.Create(value.ToString() ?? ""),
        };
        return JsonDocument.Parse(node.ToJsonString()).RootElement;
    }
}
