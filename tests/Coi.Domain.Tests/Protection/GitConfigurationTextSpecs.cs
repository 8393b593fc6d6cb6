using Coi.Domain.Protection;
using CsCheck;
using Xunit;

namespace Coi.Domain.Tests.Protection;

public sealed class GitConfigurationTextSpecs
{
    [Theory]
    [InlineData("[core]\n\thooksPath = .githooks\n", ".githooks")]
    [InlineData("[core]\n\tbare = false\n\tHOOKSPATH=tools/hooks # ours\n", "tools/hooks")]
    [InlineData("[CORE] hookspath = \"a b\"; c\n", "a b")]
    [InlineData("[core]\r\n\thooksPath = a\\\\b\r\n", "a\\b")]
    [InlineData("[core]\nhooksPath = to\\\nols\n", "tools")]
    [InlineData("[core]\nhooksPath = \"#x\"y  \n", "#xy")]
    public void The_directory_of_hooks_is_read_as_git_reads_it(string text, string path) =>
        Assert.Equal([new GitPlace(false, path)], GitConfigurationText.Places(text));

    [Theory]
    [InlineData("[include]\n\tpath = ../.gitconfig\n")]
    [InlineData("[includeIf \"gitdir:~/x\\\"y/\"]\n\tpath = ../.gitconfig\n")]
    [InlineData("[ include ] path = \"../.gitconfig\"\n")]
    public void Further_files_are_read_whatever_they_depend_on(string text) =>
        Assert.Equal([new GitPlace(true, "../.gitconfig")], GitConfigurationText.Places(text));

    [Theory]
    [InlineData("[core]\n\t; hooksPath = a\n")]
    [InlineData("[user]\n\thooksPath = a\n")]
    [InlineData("[remote \"core\"]\n\tpath = a\n")]
    [InlineData("hooksPath = a\n")]
    public void Other_settings_name_nothing(string text) => Assert.Empty(GitConfigurationText.Places(text));

    [Fact]
    public void No_text_is_too_strange() => Gen.String.Sample(text => GitConfigurationText.Places(text) is not null);
}
