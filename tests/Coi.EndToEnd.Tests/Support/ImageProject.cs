namespace Coi.EndToEnd.Tests.Support;

/// <summary>An Incus project of a test's own with a base image in it, so that the machine's images stay as they are.</summary>
internal sealed class ImageProject : IAsyncDisposable
{
    private ImageProject(string name) => Name = name;

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Makes it and has a coi work in it; the base has the aliases <c>coi</c> and <c>base</c>.</summary>
    public static async Task<ImageProject> CreateAsync(CoiHome coi)
    {
        var project = new ImageProject(coi.Prefix.TrimEnd('-'));
        await Shell.OutputAsync("incus", "project", "create", project.Name, "--config", "features.images=true", "--config", "features.profiles=false", "--config", "features.storage.volumes=false");
        await project.ImportBaseAsync();
        coi.Configure($"[incus]\nproject = \"{project.Name}\"\n");
        return project;
    }

    /// <summary>All aliases, by name.</summary>
    public async Task<IReadOnlyList<string>> AliasesAsync() =>
        [.. (await Shell.OutputAsync("incus", "image", "alias", "list", "--project", Name, "--format", "csv"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(',')[0]).Order(StringComparer.Ordinal)];

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var image in (await Shell.OutputAsync("incus", "image", "list", "--project", Name, "--format", "csv", "--columns", "F")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            await Shell.RunAsync("incus", ["image", "delete", image, "--project", Name]);
        await Shell.OutputAsync("incus", "project", "delete", Name);
    }

    // Through files: Incus copies images between projects only over the network, which it does not listen on here.
    private async Task ImportBaseAsync()
    {
        var source = (await Shell.RunAsync("incus", ["image", "info", "coi-base"])).ExitCode == 0 ? "coi-base" : "coi";
        var directory = Directory.CreateTempSubdirectory("coi-e2e-image-");
        try
        {
            await Shell.OutputAsync("incus", "image", "export", $"local:{source}", directory.FullName + "/");
            // Metadata before the root file system, which is the larger one; a unified image is one file.
            var files = directory.GetFiles().OrderBy(f => f.Length).Select(f => f.FullName).ToList();
            await WithoutMirrorAsync(files[^1], unified: files.Count == 1);
            await Shell.OutputAsync("incus", ["image", "import", .. files, "--project", Name, "--alias", "coi", "--alias", "base"]);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    // A build asks for the package mirror of its base first; where a proxy is configured it does not, and no packet leaves this machine.
    private static async Task WithoutMirrorAsync(string tar, bool unified)
    {
        var root = Directory.CreateTempSubdirectory("coi-e2e-proxy-");
        try
        {
            var path = $"{(unified ? "rootfs" : ".")}/etc/apt/apt.conf.d/99-nowhere";
            var file = Path.Combine(root.FullName, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, "Acquire::http::Proxy \"http://127.0.0.1:9\";\n");
            await Shell.OutputAsync("tar", "-C", root.FullName, "--owner=0", "--group=0", "-rf", tar, path);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }
}
