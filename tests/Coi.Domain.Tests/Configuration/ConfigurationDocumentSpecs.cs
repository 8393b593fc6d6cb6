using System.Runtime.CompilerServices;
using Xunit;

namespace Coi.Domain.Tests.Configuration;

public sealed class ConfigurationDocumentSpecs
{
    [Fact]
    public void The_documentation_says_what_the_table_of_keys_says()
    {
        var path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../../../docs/configuration.md"));
        var expected = ConfigurationDocument.Write();
        if (Environment.GetEnvironmentVariable("COI_UPDATE_DOCS") == "1")
            File.WriteAllText(path, expected);

        Assert.Equal(expected, File.ReadAllText(path));
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
