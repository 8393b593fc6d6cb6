using Xunit;

namespace Coi.Daemon.Tests.Files;

public sealed class UnixDirectorySpecs : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("coi-unix-").FullName;

    [Fact]
    public void What_is_written_is_read_with_its_mode_and_time()
    {
        using var directory = UnixDirectory.TryOpenTrusted(_root)!;
        var time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

        directory.Write("file", "text"u8, UnixFileMode.UserRead | UnixFileMode.GroupRead, time);

        Assert.Equal("text"u8.ToArray(), directory.TryRead("file", 4));
        var entry = directory.Stat("file")!;
        Assert.Equal((UnixEntryKind.File, UnixFileMode.UserRead | UnixFileMode.GroupRead, 4L, time), (entry.Kind, entry.Mode, entry.Size, entry.Modified));
        Assert.Equal(["file"], directory.Names());
    }

    [Fact]
    public void Writing_replaces_a_link_and_not_what_it_points_to()
    {
        File.WriteAllText(Path.Combine(_root, "target"), "kept");
        File.CreateSymbolicLink(Path.Combine(_root, "link"), "target");
        using var directory = UnixDirectory.TryOpenTrusted(_root)!;

        Assert.Throws<UnsafeEntryException>(() => directory.TryRead("link", 100));
        directory.Write("link", "new"u8);

        Assert.Equal("kept", File.ReadAllText(Path.Combine(_root, "target")));
        Assert.Equal("new"u8.ToArray(), directory.TryRead("link", 100));
    }

    [Fact]
    public void A_write_that_fails_leaves_nothing_behind()
    {
        Directory.CreateDirectory(Path.Combine(_root, "taken"));
        using var directory = UnixDirectory.TryOpenTrusted(_root)!;

        Assert.Throws<IOException>(() => directory.Write("taken", "x"u8));

        Assert.Equal(["taken"], directory.Names());
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\0b")]
    public void Only_single_components_are_names(string name)
    {
        using var directory = UnixDirectory.TryOpenTrusted(_root)!;

        Assert.Throws<ArgumentException>(() => directory.Stat(name));
    }

    [Fact]
    public void A_file_beyond_the_limit_is_refused()
    {
        using var directory = UnixDirectory.TryOpenTrusted(_root)!;
        directory.Write("large", new byte[11]);

        Assert.Throws<UnsafeEntryException>(() => directory.TryRead("large", 10));
    }

    [Fact]
    public void Many_entries_are_all_listed_twice_over()
    {
        using var directory = UnixDirectory.TryOpenTrusted(_root)!;
        for (var i = 0; i < 3000; i++)
            File.WriteAllText(Path.Combine(_root, $"a rather long name that fills buffers sooner {i}"), "");

        Assert.Equal(3000, directory.Names().Distinct().Count());
        Assert.Equal(3000, directory.Names().Distinct().Count());
    }

    [Fact]
    public void A_tree_with_names_that_are_no_text_and_no_permissions_is_deleted()
    {
        // Bytes that are not UTF-8 cannot be named through the class library, so a shell makes them.
        Shell($"mkdir -p '{_root}/t/d' && touch '{_root}/t/d/'$(printf '\\377\\376') && mkdir '{_root}/t/d/'$(printf 'x\\377') && chmod 500 '{_root}/t/d'");
        using var directory = UnixDirectory.TryOpenTrusted(_root)!;

        directory.Delete("t");

        Assert.Empty(directory.Names());
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static void Shell(string command)
    {
        using var shell = System.Diagnostics.Process.Start("bash", ["-c", command]);
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
    }
}
