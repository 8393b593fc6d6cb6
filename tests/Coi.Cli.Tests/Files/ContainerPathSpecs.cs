using Coi.Cli.CommandLine;
using Coi.Cli.Files;
using Coi.Files;
using CsCheck;
using Xunit;

namespace Coi.Cli.Tests.Files;

/// <summary>What <c>CONTAINER:PATH</c> is taken for.</summary>
public sealed class ContainerPathSpecs
{
    private static readonly Gen<string> Odd = Gen.OneOf(Gen.Const("/"), Gen.Const(".."), Gen.Const("."), Gen.Const(":"), Gen.Const("\n"), Gen.Const(" "), Gen.String[Gen.Char, 0, 4]).Array[0, 12].Select(string.Concat);

    [Theory]
    [InlineData("box:/a/b", "box", "/a", "b", false)]
    [InlineData("box:/a", "box", "/", "a", false)]
    [InlineData("box:/", "box", "/", "", true)]
    [InlineData("box://", "box", "/", "", true)]
    [InlineData("box:/a/b/", "box", "/a", "b", true)]
    [InlineData("box:/a//b/.", "box", "/a", "b", true)]
    [InlineData("box:/a b/c\nd", "box", "/a b", "c\nd", false)]
    [InlineData("box:/a/../b", "box", "/a/..", "b", false)]
    [InlineData("box:/a:b", "box", "/", "a:b", false)]
    public void It_is_a_container_a_directory_and_a_name(string text, string container, string parent, string name, bool isDirectory)
    {
        var path = ContainerPath.Parse(text);
        Assert.Equal((container, parent, name, isDirectory), (path.Container, path.Parent, path.Name, path.IsDirectory));
    }

    [Theory]
    [InlineData("", "container:path")]
    [InlineData("box", "container:path")]
    [InlineData(":/x", "container:path")]
    [InlineData("./a:b", "container:path")]
    [InlineData("box:", "is empty")]
    [InlineData("box:tmp/x", "not absolute")]
    [InlineData("box:/a/..", "ends with '..'")]
    public void Anything_else_is_refused_with_the_reason(string text, string words) =>
        Assert.Contains(words, Assert.Throws<UsageException>(() => ContainerPath.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Whatever_is_typed_is_a_path_or_a_usage_error() => Gen.OneOf(Odd, Odd.Select(text => "box:" + text), Odd.Select(text => "box:/" + text)).Sample(text =>
    {
        try
        {
            var path = ContainerPath.Parse(text);
            Assert.StartsWith("/", path.Path, StringComparison.Ordinal);
            Assert.DoesNotContain('/', path.Name);
            Assert.NotEqual("..", path.Name);
            Assert.Equal(path, ContainerPath.Parse(path.ToString()) with { IsDirectory = path.IsDirectory });
            Assert.Equal(path.Name.Length == 0 ? "/x" : path.Path + "/x", path.Join("x").Path);
        }
        catch (UsageException)
        {
            // Said in one line, with exit code 2.
        }
    });

    [Fact]
    public void A_name_from_inside_is_one_component_or_refused() => Gen.Byte.Array[0, 8].Sample(bytes =>
    {
        var harmless = bytes.Length > 0 && !bytes.Contains((byte)'/') && !bytes.Contains((byte)0) && !(bytes.All(b => b == '.') && bytes.Length <= 2);
        if (harmless) Assert.Equal([.. bytes, (byte)0], LinuxCalls.Name(bytes));
        else Assert.ThrowsAny<IOException>(() => LinuxCalls.Name(bytes));
    });
}
