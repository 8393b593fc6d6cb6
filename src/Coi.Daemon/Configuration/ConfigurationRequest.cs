using System.Collections.Immutable;
using Coi.Daemon.Tools;
using Coi.Domain;
using Coi.Domain.Configuration;

namespace Coi.Daemon.Configuration;

/// <summary>Whose configuration is asked for.</summary>
internal sealed record ConfigurationRequest
{
    /// <summary>The user's home.</summary>
    public required string Home { get; init; }

    /// <summary>The workspace whose <c>.coi.toml</c> counts; null when there is none.</summary>
    public string? WorkspacePath { get; init; }

    /// <summary>The environment of the caller, never that of the daemon.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Profile to apply.</summary>
    public string? Profile { get; init; }

    /// <summary>What flags say.</summary>
    public ConfigurationOverrides Overrides { get; init; } = new();

    /// <summary>What the user trusts.</summary>
    public ITrust Trust { get; init; } = new NoTrust();

    /// <summary>The machine's file.</summary>
    public string SystemFile { get; init; } = "/etc/coi/config.toml";
}

/// <summary>What flags of the command line say; null where a flag was not given.</summary>
internal sealed record ConfigurationOverrides
{
    /// <summary><c>--image</c>.</summary>
    public string? Image { get; init; }

    /// <summary><c>--persistent</c>.</summary>
    public bool? Persistent { get; init; }

    /// <summary><c>--network</c>.</summary>
    public string? Network { get; init; }

    /// <summary>Mounts of the command line, with the flag that each came from.</summary>
    public IReadOnlyList<MountFlag> Mounts { get; init; } = [];
}

/// <summary>A mount that a flag asks for.</summary>
/// <param name="Flag">The flag, such as <c>--mount</c>.</param>
/// <param name="Host">Directory on the host.</param>
/// <param name="Container">Its place in the container.</param>
/// <param name="ReadOnly">Whether it can only be read there.</param>
internal sealed record MountFlag(string Flag, string Host, string Container, bool ReadOnly);

/// <summary>Answer of the loader: <see cref="Loaded"/> or <see cref="Refused"/>.</summary>
internal abstract record ConfigurationResult
{
    private ConfigurationResult() { }

    /// <summary>The workspace's own file; null when it has none.</summary>
    public ProjectFile? Project { get; init; }

    /// <summary>The configuration in force.</summary>
    /// <exception cref="FailureException">It cannot be used.</exception>
    public Loaded OrThrow() => this switch
    {
        Loaded loaded => loaded,
        Refused refused => throw new FailureException(refused.ToFailure()),
        _ => throw new InvalidOperationException($"{GetType().Name} is not handled"),
    };

    /// <summary>The configuration in force.</summary>
    /// <param name="Configuration">What is in force.</param>
    /// <param name="UserDirectory">Directory of the user's own files.</param>
    internal sealed record Loaded(EffectiveConfiguration Configuration, string UserDirectory) : ConfigurationResult
    {
        /// <summary>The tools to choose from.</summary>
        /// <exception cref="FailureException">A definition cannot be used.</exception>
        public ToolCatalog Tools() => ToolCatalog.For(Configuration, UserDirectory);
    }

    /// <summary>It cannot be used; there is at least one problem.</summary>
    internal sealed record Refused(ImmutableArray<ConfigurationProblem> Problems) : ConfigurationResult
    {
        /// <summary>The first problem for a person, with the number of the others.</summary>
        public Failure ToFailure()
        {
            var first = Problems[0].ToFailure();
            // The words by which scripts know a file that is no configuration.
            if (Problems[0].Code is "config.invalid_toml" or "config.unreadable") first = first with { Message = $"failed to load config: {first.Message}" };
            return Problems.Length == 1 ? first : first with { Message = $"{first.Message} (and {Problems.Length - 1} more; `coi config check` lists them)" };
        }
    }
}
