using System.Formats.Tar;
using System.Reflection;
using Coi.Contracts;
using Coi.Domain.Tools;

namespace Coi.Daemon.Images;

/// <summary>A file of a recipe.</summary>
/// <param name="Path">Path relative to the recipe's directory, with slashes.</param>
/// <param name="Content">Its content.</param>
public sealed record RecipeFile(string Path, byte[] Content)
{
    /// <summary>Its name without its directory.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>Whether its first line names the program that runs it.</summary>
    public bool IsProgram => Content.AsSpan().StartsWith("#!"u8);
}

/// <summary>What runs inside a build container: files that are put into it, and the scripts among them that are run in order.</summary>
/// <param name="Files">All files.</param>
/// <param name="Scripts">Paths of the scripts to run.</param>
/// <param name="Last">Path of the script that runs after the user's own commands; null when there is none.</param>
/// <param name="Own">The user's script, one of the files; null when the image is not a custom one.</param>
public sealed record BuildRecipe(IReadOnlyList<RecipeFile> Files, IReadOnlyList<string> Scripts, string? Last = null, RecipeFile? Own = null)
{
    private const string Root = "images/";
    private const string Tools = "tools/";

    /// <summary>The recipe of the coi image, which is part of the program so that an installed <c>coid</c> can build.</summary>
    public static BuildRecipe Coi { get; } = new(Embedded(), ["base.sh", "tools/claude.sh", "tools/dummy.sh"], "finish.sh");

    /// <summary>The recipe of a custom image: the user's script, and what makes a machine that has run into one that has not.</summary>
    public static BuildRecipe Custom(BuildScript script)
    {
        var own = new RecipeFile($"own/{script.Name}", script.Content);
        return new BuildRecipe([own, .. Coi.Files.Where(file => file.Path == "custom.sh")], [], "custom.sh", own);
    }

    /// <summary>The same with other tools; the stand-in for tests is always among them.</summary>
    /// <param name="scripts">Names of scripts below <c>tools/</c>, without their extension.</param>
    public BuildRecipe WithTools(IEnumerable<string> scripts) => this with
    {
        Scripts = [.. Scripts.Where(script => !script.StartsWith(Tools, StringComparison.Ordinal)), .. scripts.Append(ToolCommand.DummyBinary).Distinct().Select(name => $"{Tools}{name}.sh")],
    };

    /// <summary>The files as a tar archive, as the user root.</summary>
    public byte[] ToTar() => ToTar(Files);

    /// <summary>Writes all files below a directory of the host.</summary>
    public void Extract(string directory)
    {
        foreach (var file in Files)
        {
            var path = Path.Combine(directory, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path) ?? directory);
            File.WriteAllBytes(path, file.Content);
        }
    }

    internal static byte[] ToTar(IEnumerable<RecipeFile> files)
    {
        using var buffer = new MemoryStream();
        using (var tar = new TarWriter(buffer, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var file in files)
            {
                using var content = new MemoryStream(file.Content);
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, file.Path)
                {
                    DataStream = content,
                    Mode = (UnixFileMode)(file.IsProgram ? 0b111_101_101 : 0b110_100_100),
                });
            }
        }

        return buffer.ToArray();
    }

    private static List<RecipeFile> Embedded()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var files = new List<RecipeFile>();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Root, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The resource {name} vanished");
            using var content = new MemoryStream();
            stream.CopyTo(content);
            files.Add(new RecipeFile(name[Root.Length..], content.ToArray()));
        }

        return files;
    }
}
