using Coi.Domain.Protection;
using CsCheck;
using Xunit;

namespace Coi.Domain.Tests.Protection;

public sealed class GitIndexLinksSpecs
{
    [Fact]
    public void No_bytes_are_too_strange() => Gen.Byte.Array[0, 400].Sample(bytes => GitIndexLinks.Of([.. "DIRC\0\0\0"u8, .. bytes]) is not null);

    [Fact]
    public void An_index_of_another_kind_has_none() => Assert.Empty(GitIndexLinks.Of("TREE"u8));
}
