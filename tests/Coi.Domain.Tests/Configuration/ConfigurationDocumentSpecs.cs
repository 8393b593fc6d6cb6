using Xunit;

namespace Coi.Domain.Tests.Configuration;

public sealed class ConfigurationDocumentSpecs
{
    [Fact]
    public void The_documentation_says_what_the_table_of_keys_says()
    {
        var path = Path.Combine(Repository(), "docs/configuration.md");
        var expected = ConfigurationDocument.Write();
        if (Environment.GetEnvironmentVariable("COI_UPDATE_DOCS") == "1")
            File.WriteAllText(path, expected);

        Assert.Equal(expected, File.ReadAllText(path));
    }

    // Not from the compiler's path of this file: a deterministic build has none.
    private static string Repository()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Coi.sln"))) directory = Path.GetDirectoryName(directory) ?? throw new DirectoryNotFoundException("no Coi.sln above the tests");
        return directory;
    }
}
