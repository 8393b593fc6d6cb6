using System.Security.Cryptography;
using System.Text;

namespace Coi.Domain.Workspaces;

/// <summary>Identity of a workspace: the first 8 hexadecimal digits of the SHA-256 of its absolute path.</summary>
public readonly record struct WorkspaceHash
{
    private WorkspaceHash(string value) => Value = value;

    /// <summary>Eight lower-case hexadecimal digits.</summary>
    public string Value { get; }

    /// <summary>Hash of a path that is absolute, clean (no <c>..</c>, no trailing slash) and not resolved through symbolic links.</summary>
    public static WorkspaceHash Of(string absolutePath) =>
        new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(absolutePath)))[..8]);

    /// <summary>Reads a hash written earlier; null when it is not one.</summary>
    public static WorkspaceHash? Parse(string value) =>
        value.Length == 8 && value.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f')) ? new WorkspaceHash(value) : null;

    /// <inheritdoc />
    public override string ToString() => Value;
}
