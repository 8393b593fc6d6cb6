using Xunit;

namespace Coi.Cli.Tests.Files;

/// <summary><c>coi file</c> against an Incus in memory: above all what a real one never says.</summary>
public sealed class FileCommandSpecs : IAsyncLifetime
{
    private FilesFixture _files = null!;

    public async Task InitializeAsync() => _files = await FilesFixture.StartAsync();

    public async Task DisposeAsync() => await _files.DisposeAsync();

    [Fact]
    public async Task A_tree_goes_in_and_comes_out_the_same()
    {
        Directory.CreateDirectory(_files.Here("tree/empty"));
        await File.WriteAllTextAsync(_files.Here("tree/a b\nc"), "text");
        File.CreateSymbolicLink(_files.Here("tree/link"), "../../outside");
        File.SetUnixFileMode(_files.Here("tree/a b\nc"), (UnixFileMode)0x140);

        Assert.Contains("Pushed directory", Fine(await _files.Caller.RunAsync("file", "push", "-r", "tree", "box:/srv/copy")).Error, StringComparison.Ordinal);
        Assert.Equal("text", _files.Inside.Find("/srv/copy/a b\nc")?.Text);
        Assert.Equal(("symlink", "../../outside"), (_files.Inside.Find("/srv/copy/link")?.Type, _files.Inside.Find("/srv/copy/link")?.Text));

        Assert.Contains("Pulled directory", Fine(await _files.Caller.RunAsync("file", "pull", "-r", "box:/srv/copy", "back")).Error, StringComparison.Ordinal);
        Assert.Equal("text", await File.ReadAllTextAsync(_files.Here("back/a b\nc")));
        Assert.Equal((UnixFileMode)0x140, File.GetUnixFileMode(_files.Here("back/a b\nc")));
        Assert.Equal("../../outside", new FileInfo(_files.Here("back/link")).LinkTarget);
        Assert.True(Directory.Exists(_files.Here("back/empty")));
        Assert.Empty(_files.Leftovers());
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("/etc/evil")]
    [InlineData("a/b")]
    public async Task A_name_that_leads_out_of_the_target_is_refused_and_nothing_appears(string name)
    {
        _files.Inside.Write("/srv/dir/file", "new");
        _files.Inside.ImpossibleNames.Add(name);
        var said = await _files.Caller.RunAsync("file", "pull", "-r", "box:/srv/dir", "copy");
        Assert.Equal(1, said.ExitCode);
        Assert.Contains("not a single path component", said.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_files.Here("copy")));
        Assert.False(File.Exists(_files.Here("evil")));
        Assert.Empty(_files.Leftovers());
    }

    [Fact]
    public async Task A_pull_that_fails_leaves_what_is_there_as_it_is()
    {
        _files.Inside.Write("/srv/dir/good", "new");
        _files.Inside.Write("/srv/dir/bad", "new");
        _files.Inside.Broken.Add("/srv/dir/bad");
        Directory.CreateDirectory(_files.Here("there"));
        await File.WriteAllTextAsync(_files.Here("there/good"), "old");

        var said = await _files.Caller.RunAsync("file", "pull", "-r", "box:/srv/dir", "there");
        Assert.Equal(1, said.ExitCode);
        Assert.Contains("input/output error", said.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await _files.Caller.RunAsync("file", "pull", "box:/srv/dir/bad", "there/good")).ExitCode);
        Assert.Equal("old", await File.ReadAllTextAsync(_files.Here("there/good")));
        Assert.Single(Directory.GetFileSystemEntries(_files.Here("there")));
        Assert.Empty(_files.Leftovers());
    }

    [Fact]
    public async Task A_push_that_fails_leaves_nothing_inside()
    {
        Directory.CreateDirectory(_files.Here("tree/sub"));
        await File.WriteAllTextAsync(_files.Here("tree/sub/file"), "new");
        _files.Inside.Write("/srv/file", "old");
        _files.Inside.Broken.Add("*");
        var before = _files.Inside.Paths;

        var said = await _files.Caller.RunAsync("file", "push", "-r", "tree", "box:/srv/tree");
        Assert.Equal(1, said.ExitCode);
        Assert.Contains("no space left on device", said.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await _files.Caller.RunAsync("file", "push", "tree/sub/file", "box:/srv/file")).ExitCode);
        Assert.Equal(before, _files.Inside.Paths);
        Assert.Equal("old", _files.Inside.Find("/srv/file")?.Text);
    }

    [Fact]
    public async Task A_tree_is_merged_into_one_that_is_there_and_follows_no_link_in_it()
    {
        _files.Inside.Write("/srv/dir/same", "new");
        _files.Inside.Write("/srv/dir/sub/more", "new");
        Directory.CreateDirectory(_files.Here("there/sub"));
        await File.WriteAllTextAsync(_files.Here("there/same"), "old");
        await File.WriteAllTextAsync(_files.Here("there/mine"), "mine");
        await File.WriteAllTextAsync(_files.Here("there/sub/mine"), "mine");
        Fine(await _files.Caller.RunAsync("file", "pull", "-r", "box:/srv/dir", "there"));
        Assert.Equal("new,mine,new,mine", string.Join(',', new[] { "same", "mine", "sub/more", "sub/mine" }.Select(name => File.ReadAllText(_files.Here("there/" + name)))));

        Directory.Delete(_files.Here("there/sub"), recursive: true);
        Directory.CreateDirectory(_files.Here("outside"));
        Directory.CreateSymbolicLink(_files.Here("there/sub"), _files.Here("outside"));
        await File.WriteAllTextAsync(_files.Here("there/same"), "kept");
        var said = await _files.Caller.RunAsync("file", "pull", "-r", "box:/srv/dir", "there");
        Assert.Equal(1, said.ExitCode);
        Assert.Contains("is a symbolic link", said.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_files.Here("outside")));
        Assert.Equal("kept", await File.ReadAllTextAsync(_files.Here("there/same")));
        Assert.Empty(_files.Leftovers());
    }

    [Theory]
    [InlineData(".")]
    [InlineData("./")]
    [InlineData("run/..")]
    public async Task A_directory_without_a_name_of_its_own_gets_the_copy_under_its_name(string here)
    {
        _files.Inside.Write("/srv/dir/file", "new");
        Fine(await _files.Caller.RunAsync("file", "pull", "-r", "box:/srv/dir", here));
        Assert.Equal("new", await File.ReadAllTextAsync(_files.Here("dir/file")));
    }

    [Fact]
    public async Task A_link_with_the_name_of_the_copy_is_replaced_not_written_through()
    {
        _files.Inside.Write("/srv/file", "new");
        await File.WriteAllTextAsync(_files.Here("outside"), "old");
        File.CreateSymbolicLink(_files.Here("copy"), "outside");
        Fine(await _files.Caller.RunAsync("file", "pull", "box:/srv/file", "copy"));
        Assert.Equal("old", await File.ReadAllTextAsync(_files.Here("outside")));
        Assert.Null(new FileInfo(_files.Here("copy")).LinkTarget);
    }

    [Fact]
    public async Task What_is_new_belongs_to_its_directory_s_owner_and_what_is_replaced_stays_its_own()
    {
        _files.Inside.Write("/home/code/file", "old", uid: 1000, gid: 1001, mode: 0x180);
        await File.WriteAllTextAsync(_files.Here("file"), "new");
        Fine(await _files.Caller.RunAsync("file", "push", "file", "box:/home/code"));
        Fine(await _files.Caller.RunAsync("file", "push", "file", "box:/home/code/other"));
        Fine(await _files.Caller.RunAsync("file", "push", "file", "box:/srv/mine", "--uid=7", "--gid=8", "--mode=640"));
        var (file, other, mine) = (_files.Inside.Find("/home/code/file")!, _files.Inside.Find("/home/code/other")!, _files.Inside.Find("/srv/mine")!);
        Assert.Equal(("new", 1000, 1001, 0x180), (file.Text, file.Uid, file.Gid, file.Mode));
        Assert.Equal((1000, 1001), (other.Uid, other.Gid));
        Assert.Equal((7, 8, 0x1A0), (mine.Uid, mine.Gid, mine.Mode));
    }

    [Fact]
    public async Task A_stopped_container_s_mount_is_named_with_its_place_on_the_host()
    {
        await using var stopped = await FilesFixture.StartAsync(
            running: false, new Dictionary<string, string> { ["type"] = "disk", ["source"] = "/home/me/project", ["path"] = "/workspace" });
        await File.WriteAllTextAsync(stopped.Here("file"), "new");
        var said = await stopped.Caller.RunAsync("file", "push", "file", "box:/workspace/sub/file");
        Assert.Equal(1, said.ExitCode);
        Assert.Contains("/home/me/project/sub/file", said.Error, StringComparison.Ordinal);
        Fine(await stopped.Caller.RunAsync("file", "push", "file", "box:/srv/file"));
    }

    [Theory]
    [InlineData(2, "container:path", "push", "file", "box")]
    [InlineData(2, "is empty", "push", "file", "box:")]
    [InlineData(1, "does not exist", "push", "no-such-file", "box:/srv/")]
    [InlineData(2, "-r", "push", ".", "box:/srv/x")]
    [InlineData(2, "--mode", "push", "-r", ".", "box:/srv/x", "--mode=600")]
    [InlineData(2, "in octal", "push", "file", "box:/srv/x", "--mode=rwx")]
    [InlineData(2, "needs a name", "push", "-", "box:/srv/")]
    [InlineData(1, "does not exist", "push", "file", "box:/no/such/file")]
    [InlineData(1, "not found", "push", "file", "none:/srv/x")]
    [InlineData(1, "a directory cannot replace it", "push", "-r", "dir", "box:/etc/hostname")]
    [InlineData(2, "container:path", "pull", "./x", "box:/y")]
    [InlineData(1, "does not exist", "pull", "box:/no/such", "x")]
    [InlineData(2, "-r", "pull", "box:/srv", "x")]
    [InlineData(2, "standard output", "pull", "-r", "box:/srv", "-")]
    [InlineData(1, "no directory", "pull", "box:/etc/hostname", "no/such/x")]
    [InlineData(1, "does not exist", "pull", "box:/etc/hostname", "new/")]
    [InlineData(1, "a directory cannot replace it", "pull", "-r", "box:/srv", "file")]
    [InlineData(1, "no directory", "pull", "box:/etc/hostname/", "x")]
    [InlineData(2, "local path is empty", "pull", "box:/etc/hostname", "")]
    [InlineData(1, "not replaced", "pull", "box:/etc/hostname", "run/coid.sock")]
    public async Task What_cannot_be_is_said_in_a_line_with_the_right_exit_code(int code, string words, params string[] line)
    {
        await File.WriteAllTextAsync(_files.Here("file"), "content");
        Directory.CreateDirectory(_files.Here("dir"));
        var said = await _files.Caller.RunAsync(["file", .. line]);
        Assert.True(said.ExitCode == code && said.Error.Contains(words, StringComparison.Ordinal), $"expected {code} and '{words}': {said}");
        Assert.Equal("content", await File.ReadAllTextAsync(_files.Here("file")));
        Assert.False(File.Exists(_files.Here("x")));
    }

    private static Said Fine(Said said) => said.ExitCode == 0 ? said : throw new InvalidOperationException($"this was to succeed: {said}");
}
