namespace Coi.EndToEnd.Tests.Support;

/// <summary>The published programs under test.</summary>
internal static class Programs
{
    /// <summary>The published <c>coi</c>; its <c>coid</c> lies where an installed one lies.</summary>
    public static string Coi { get; } = Find();

    /// <summary>The same for users who may not enter the checkout, such as one below <c>/root</c>: a copy that everybody can read.</summary>
    public static string CoiForOthers => Copy.Value;

    private static readonly Lazy<string> Copy = new(() =>
    {
        var copy = Directory.CreateTempSubdirectory("coi-e2e-programs-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => copy.Delete(recursive: true);
        File.SetUnixFileMode(copy.FullName, (UnixFileMode)Convert.ToInt32("755", 8));
        var beside = Path.GetDirectoryName(Coi) ?? "/";
        var root = File.Exists(Path.Combine(beside, "coid")) ? beside : Path.GetDirectoryName(beside) ?? "/";
        using var copying = System.Diagnostics.Process.Start("cp", ["-R", "--reflink=auto", root, Path.Combine(copy.FullName, "coi")]);
        copying.WaitForExit();
        return Path.Combine(copy.FullName, "coi", Path.GetRelativePath(root, Coi));
    });

    private static string Find()
    {
        var named = Environment.GetEnvironmentVariable("COI_TEST_PROGRAMS");
        string[] directories = named is { Length: > 0 }
            ? [named, Path.Combine(named, "bin")]
            : [Path.Combine(Repository, "artifacts", "publish", "bin")];
        var coi = directories.Select(directory => Path.Combine(directory, "coi")).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"there is no published coi in {string.Join(" or ", directories)}: run ./test.sh, which builds it (or set COI_TEST_PROGRAMS to a directory with bin/coi and lib/coi/coid)");
        var beside = Path.GetDirectoryName(coi) ?? "/";
        return new[] { Path.Combine(beside, "coid"), Path.Combine(beside, "../lib/coi/coid"), Path.Combine(beside, "lib/coi/coid") }.Any(File.Exists)
            ? coi
            : throw new InvalidOperationException($"there is no coid beside {coi} nor in ../lib/coi: run ./test.sh, which builds it");
    }

    /// <summary>Root of the checkout that the tests were built from.</summary>
    public static string Repository
    {
        get
        {
            for (var directory = AppContext.BaseDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
            {
                if (File.Exists(Path.Combine(directory, "Coi.sln"))) return directory;
            }

            return AppContext.BaseDirectory;
        }
    }
}
