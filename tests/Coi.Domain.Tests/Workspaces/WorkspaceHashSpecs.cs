using Coi.Domain.Workspaces;
using CsCheck;
using Xunit;

namespace Coi.Domain.Tests.Workspaces;

public sealed class WorkspaceHashSpecs
{
    [Theory]
    [InlineData("/home/user/project", "9dad1e4e")]
    [InlineData("/test/workspace", "6a40be0d")]
    [InlineData("/tmp/demo", "84a8cd7d")]
    public void A_workspace_has_the_hash_that_people_know(string path, string expected) =>
        Assert.Equal(expected, WorkspaceHash.Of(path).ToString());

    [Fact]
    public void A_hash_that_was_written_is_read_again() => Gen.String.Sample(path =>
    {
        var hash = WorkspaceHash.Of(path);
        return WorkspaceHash.Parse(hash.Value) == hash;
    });

    [Theory]
    [InlineData("")]
    [InlineData("9dad1e4")]
    [InlineData("9dad1e4e1")]
    [InlineData("9DAD1E4E")]
    [InlineData("9dad1e4g")]
    [InlineData("9dad1e4/")]
    [InlineData("9dad1e4٣")]
    public void Anything_else_is_not_a_hash(string text) => Assert.Null(WorkspaceHash.Parse(text));
}
