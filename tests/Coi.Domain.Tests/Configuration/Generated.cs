using Xunit;

namespace Coi.Domain.Tests.Configuration;

/// <summary>Files of the repository that are made from the table of keys.</summary>
internal static class Generated
{
    /// <summary>Compares one with what it has to be, or writes it: <c>COI_UPDATE_DOCS=1</c>.</summary>
    public static void Matches(string file, string expected)
    {
        var path = Path.Combine(Repository(), file);
        if (Environment.GetEnvironmentVariable("COI_UPDATE_DOCS") == "1") File.WriteAllText(path, expected);
        Assert.True(File.Exists(path) && File.ReadAllText(path) == expected, $"{file} is not what the table of keys says: COI_UPDATE_DOCS=1 dotnet test tests/Coi.Domain.Tests writes it anew");
    }

    // Not from the compiler's path of this file: a deterministic build has none.
    private static string Repository()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Coi.sln"))) directory = Path.GetDirectoryName(directory) ?? throw new DirectoryNotFoundException("no Coi.sln above the tests");
        return directory;
    }
}
