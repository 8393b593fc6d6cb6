using System.Collections.Immutable;
using System.Security.Cryptography;
using Coi.Domain.Configuration;

namespace Coi.Daemon.Configuration;

/// <summary>Reads all layers of the configuration and merges them; nothing is kept between two calls.</summary>
internal static class ConfigurationLoader
{
    private const long FileLimit = 1 << 20;

    /// <summary>The configuration in force for a request.</summary>
    public static ConfigurationResult Load(ConfigurationRequest request)
    {
        var problems = new List<ConfigurationProblem>();
        ProjectFile? project = null;
        var settings = ConfigurationKeys.Defaults;
        Add(TrustedFile(request.SystemFile, Layer.System, required: false));
        Add(TrustedFile(UserFile(request), Layer.User, required: false));
        AddProject();
        if (request.Environment.GetValueOrDefault("COI_CONFIG") is { Length: > 0 } named)
            Add(NamedFile(named, request.Home));
        Add(EnvironmentLayer.Read(request.Environment));
        AddProfile();
        Add(FlagLayer.Read(request.Overrides));
        if (problems.Count == 0)
            problems.AddRange(Consistency.Check(settings).Select(Hinted));
        return problems.Count == 0
            ? new ConfigurationResult.Loaded(new EffectiveConfiguration(settings), UserDirectory(request)) { Project = project }
            : new ConfigurationResult.Refused([.. problems]) { Project = project };

        ImmutableSortedDictionary<string, Setting> Read((IEnumerable<RawSetting> Raw, ImmutableArray<ConfigurationProblem> Problems) source)
        {
            var (layer, wrong) = LayerReader.Read(source.Raw);
            problems.AddRange(source.Problems);
            problems.AddRange(wrong);
            return layer;
        }

        void Add((IEnumerable<RawSetting> Raw, ImmutableArray<ConfigurationProblem> Problems) source) => settings = LayerMerge.Over(settings, Read(source));

        void AddProject()
        {
            if (request.WorkspacePath is not { } workspace)
                return;
            byte[]? content = null;
            var path = ProjectPath(workspace);
            var layer = Read(File(path, Layer.Project, required: false, () => content = ReadProject(workspace)));
            if (content is null)
                return;
            var hash = Hash(content);
            project = new ProjectFile(path, hash, request.Trust.Of(path, hash), ProjectTrust.Loosening(settings, layer));
            settings = LayerMerge.Over(settings, project.Withheld.IsEmpty ? layer : ProjectTrust.WithoutTrust(settings, layer));
        }

        void AddProfile()
        {
            if (request.Profile is not { Length: > 0 } name)
                return;
            if (Profiles.Layer(settings, name) is { } layer)
                settings = LayerMerge.Over(settings, layer);
            else if (problems.Count == 0)
                problems.Add(Hinted(Unknown(name, Profiles.Names(settings))));
        }

        // What is missing may stand in a file that is not trusted.
        ConfigurationProblem Hinted(ConfigurationProblem problem) => project is { Withheld.IsEmpty: false }
            ? problem with { Suggestion = $"{problem.Suggestion}; {project.Path} has settings that need your trust: `coi trust` shows them" }
            : problem;
    }

    /// <summary>Every file that counts, from the lowest layer to the highest, whether or not it exists.</summary>
    public static IEnumerable<(Layer Layer, string Path)> Files(ConfigurationRequest request)
    {
        yield return (Layer.System, request.SystemFile);
        yield return (Layer.User, UserFile(request));
        if (request.WorkspacePath is { } workspace)
            yield return (Layer.Project, ProjectPath(workspace));
        if (request.Environment.GetValueOrDefault("COI_CONFIG") is { Length: > 0 } named)
            yield return (Layer.Named, Expanded(named, request.Home));
    }

    /// <summary>Path of a workspace's own file.</summary>
    public static string ProjectPath(string workspace) => Path.Combine(Path.TrimEndingDirectorySeparator(Path.GetFullPath(workspace)), ProjectFile.Name);

    /// <summary>Hash of a workspace's own file; null when it has none.</summary>
    public static string? ProjectHash(string workspace) => ReadProject(workspace) is { } content ? Hash(content) : null;

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static string UserFile(ConfigurationRequest request) => Path.Combine(UserDirectory(request), "config.toml");

    private static string UserDirectory(ConfigurationRequest request)
    {
        // The XDG base directory specification has relative paths ignored.
        var directory = request.Environment.GetValueOrDefault("XDG_CONFIG_HOME") is { } xdg && Path.IsPathFullyQualified(xdg)
            ? xdg
            : Path.Combine(request.Home, ".config");
        return Path.Combine(directory, "coi");
    }

    private static string Expanded(string path, string home) => path.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, path[2..]) : path;

    private static (IEnumerable<RawSetting>, ImmutableArray<ConfigurationProblem>) NamedFile(string named, string home)
    {
        var path = Expanded(named, home);
        // The daemon has another working directory than the caller; coi itself makes the path absolute.
        return Path.IsPathFullyQualified(path)
            ? TrustedFile(path, Layer.Named, required: true)
            : ([], [new ConfigurationProblem("config.unreadable", $"COI_CONFIG names '{named}', which is not an absolute path", null, null, "give the whole path")]);
    }

    private static (IEnumerable<RawSetting>, ImmutableArray<ConfigurationProblem>) TrustedFile(string path, Layer layer, bool required) =>
        File(path, layer, required, () => UnixDirectory.TryReadTrusted(path, FileLimit)?.Content);

    // The workspace can be written from inside: a link there would let a container have any file of the user's quoted in an error.
    private static byte[]? ReadProject(string workspace)
    {
        if (!Directory.Exists(workspace))
            return null;
        using var directory = UnixDirectory.TryOpenTrusted(workspace);
        // An empty directory holds the place of a file that is protected and not there; see Protection/WorkspaceGuards.cs.
        return directory?.Stat(ProjectFile.Name) is { Kind: UnixEntryKind.Directory } ? null : directory?.TryRead(ProjectFile.Name, FileLimit);
    }

    private static (IEnumerable<RawSetting>, ImmutableArray<ConfigurationProblem>) File(string path, Layer layer, bool required, Func<byte[]?> read)
    {
        try
        {
            if (read() is { } content)
                return TomlLayer.Read(content, path, layer);
            return required
                ? ([], [new ConfigurationProblem("config.unreadable", $"COI_CONFIG names {path}, which does not exist", null, null, "correct or unset COI_CONFIG")])
                : ([], []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ([], [new ConfigurationProblem("config.unreadable", $"the configuration file cannot be read: {e.Message}", new Origin(layer, path), null, null)]);
        }
    }

    private static ConfigurationProblem Unknown(string profile, IEnumerable<string> known) => new(
        "config.unknown_profile",
        $"profile '{profile}' not found",
        null,
        null,
        known.Any() ? $"there are {string.Join(", ", known)}" : $"define it as [profiles.{profile}] in ~/.config/coi/config.toml");
}
