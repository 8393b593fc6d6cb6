using Xunit;

namespace Coi.Domain.Tests.Configuration;

public sealed class ConfigurationDocumentSpecs
{
    [Fact]
    public void The_documentation_says_what_the_table_of_keys_says() => Generated.Matches("docs/configuration.md", ConfigurationDocument.Write());
}
