using System.Text;
using System.Text.Json.Nodes;
using Coi.Daemon.Configuration;
using Coi.Daemon.Tools;
using Tomlyn;
using Tomlyn.Model;

namespace Coi.Daemon.Sessions;

/// <summary>Files of a tool's state as objects: TOML by the extension of their name, else JSON.</summary>
internal static class StateText
{
    /// <summary>What such a file must hold, for a person.</summary>
    public static string Kind(string name) => IsToml(name) ? "TOML" : "a JSON object";

    /// <summary>The object in a file; null when it holds none.</summary>
    public static JsonObject? TryParse(string name, byte[] content)
    {
        if (!IsToml(name)) return JsonText.TryParse(content);
        try
        {
            return TomlSerializer.Deserialize<TomlTable>(Encoding.UTF8.GetString(content)) is { } table ? (JsonObject?)TomlJson.Of(table) : null;
        }
        catch (Exception e) when (TomlFaults.IsOne(e))
        {
            return null;
        }
    }

    /// <summary>The bytes of a file that holds an object.</summary>
    public static byte[] Bytes(string name, JsonObject value) =>
        IsToml(name) ? Encoding.UTF8.GetBytes(TomlSerializer.Serialize(TomlJson.Table(value))) : JsonText.Bytes(value);

    private static bool IsToml(string name) => name.EndsWith(".toml", StringComparison.Ordinal);
}
