using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Containers;

/// <summary><c>coi file</c> on a real container, running and stopped.</summary>
public sealed class FileCommandSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    // What must be the same on both sides; a directory's size is its file system's own.
    private const string Look = """
        look() (cd "$1" && find . -mindepth 1 \( -type d -printf '%P|d|%m\n' -o -type l -printf '%P|l|%l\n' -o -printf '%P|%y|%m|%s\n' \) | LC_ALL=C sort)

        """;

    private string Container => $"{Coi.Prefix}files";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await Coi.OutputAsync("container", "launch", "coi", Container);
    }

    public override async Task DisposeAsync()
    {
        await Coi.RunAsync("container", "delete", "--force", Container);
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Trees_go_in_and_out_as_they_are_whether_the_container_runs_or_not()
    {
        var said = await ScriptAsync(Look + """
            mkdir -p tree/sub/deeper 'tree/with space' tree/empty tree/readonly
            printf 'one' >$'tree/with space/a\nb'; printf two >tree/sub/two; printf x >tree/run; printf bytes >$'tree/\xff\xfe'
            ln -s ../run tree/sub/up; ln -s /etc/passwd tree/absolute; ln -s nowhere tree/dangling
            truncate -s 3M tree/sparse; printf end >>tree/sparse
            chmod 755 tree/run; chmod 600 tree/sub/two; chmod 500 tree/readonly; chmod 750 tree/sub
            touch -d '2020-02-03 04:05:06' tree/run

            "$coi" file push -r tree "$c:/srv/copy"
            "$coi" container exec "$c" -- stat -c '%U %a %Y' /srv/copy/run /srv/copy/readonly/../run
            "$coi" file pull -r "$c:/srv/copy" back
            diff <(look tree) <(look back); diff -r --no-dereference tree back
            test "$(du -k back/sparse | cut -f1)" -lt 1000

            "$coi" container stop --force "$c"
            "$coi" file pull -r "$c:/srv/copy" stopped
            diff <(look tree) <(look stopped); diff -r --no-dereference tree stopped
            "$coi" file push -r stopped "$c:/srv/"
            "$coi" file push tree/run "$c:/home/code/"
            "$coi" file push -r tree/sub "$c:/srv/copy"
            "$coi" container start "$c"
            "$coi" container exec "$c" -- sh -c 'diff -r --no-dereference /srv/stopped/sub /srv/copy/sub; cat /srv/copy/two /srv/copy/run; stat -c " %U %a" /home/code/run; ls -A /srv /home/code | grep -c "^.coi-" || true'
            rm -rf tree back stopped # names that are not UTF-8 are beyond the library that cleans up after the test
            """);
        Assert.Equal($"root 755 {new DateTimeOffset(2020, 2, 3, 4, 5, 6, TimeZoneInfo.Local.GetUtcOffset(new DateTime(2020, 2, 3, 4, 5, 6))).ToUnixTimeSeconds()}", said.Output.Split('\n')[0]);
        Assert.EndsWith("twox code 755\n0\n", said.Output, StringComparison.Ordinal);
        Assert.Contains("Pushed directory tree to ", said.Error, StringComparison.Ordinal);
        Assert.Contains("Pushed file tree/run to ", said.Error, StringComparison.Ordinal);
        Assert.Contains("Pulled directory ", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_stay_bytes_through_push_pull_exec_and_streams()
    {
        var said = await ScriptAsync("""
            head -c 100000000 /dev/urandom >random
            "$coi" file push random "$c:/root/random"
            "$coi" file pull "$c:/root/random" back
            cmp random back
            "$coi" file pull "$c:/root/random" - | cmp random -
            "$coi" container exec "$c" -- cat <random | cmp random -
            "$coi" container exec "$c" -- sha256sum </dev/null /root/random | cut -c1-64 | cmp - <(sha256sum random | cut -c1-64)
            rm -f back; "$coi" container exec "$c" -- rm /root/random </dev/null

            printf 'from a stream' | "$coi" file push - "$c:/root/stream"
            "$coi" file push <(printf 'from a pipe') "$c:/root/pipe"
            "$coi" file pull "$c:/root/stream" -; echo; "$coi" file pull "$c:/root/pipe" - | head -1; echo
            "$coi" file pull "$c:/proc/version" - | grep -c Linux
            """, TimeSpan.FromMinutes(5));
        Assert.Equal("from a stream\nfrom a pipe\n1\n", said.Output);
    }

    [Fact]
    public async Task Two_gigabytes_with_holes_take_no_space_and_not_long()
    {
        var said = await ScriptAsync("""
            truncate -s 2G sparse; printf middle | dd of=sparse bs=1 seek=1G conv=notrunc status=none
            timeout 120 "$coi" file push sparse "$c:/root/sparse"
            "$coi" container exec "$c" -- sh -c 'stat -c %s /root/sparse; test $(du -k /root/sparse | cut -f1) -lt 2000 && echo holes' </dev/null
            timeout 240 "$coi" file pull "$c:/root/sparse" back
            stat -c %s back; test "$(du -k back | cut -f1)" -lt 2000 && echo holes
            dd if=back bs=1 skip=1G count=6 status=none
            """, TimeSpan.FromMinutes(7));
        Assert.Equal("2147483648\nholes\n2147483648\nholes\nmiddle", said.Output);
    }

    [Fact]
    public async Task Ctrl_C_leaves_nothing_half_made_on_either_side()
    {
        var said = await ScriptAsync("""
            mkdir -p many; head -c 400000000 /dev/zero | tr '\0' x >many/large; cp many/large large
            "$coi" container exec "$c" -- sh -c 'mkdir /srv/there; echo old >/srv/there/large; head -c 400000000 /dev/urandom >/srv/large' </dev/null
            mkdir there; echo old >there/large; sleep 1

            stops() { local code=0; timeout --foreground -s INT 0.7 "$@" || code=$?; echo "$code"; }
            stops "$coi" file push -r many "$c:/srv/many"
            stops "$coi" file push -r many "$c:/srv/there"
            stops "$coi" file push large "$c:/srv/there/large"
            stops "$coi" file pull "$c:/srv/large" there/large
            stops "$coi" file pull -r "$c:/srv" srv
            "$coi" container exec "$c" -- sh -c 'cd /srv && ls -A . there && cat there/large' </dev/null
            cat there/large; ls -A . there
            """, TimeSpan.FromMinutes(4));
        Assert.Equal("124\n124\n124\n124\n124\n.:\nlarge\nthere\n\nthere:\nlarge\nold\nold\n.:\nlarge\nmany\nthere\n\nthere:\nlarge\n", said.Output);
    }

    [Fact]
    public async Task What_a_session_s_user_finds_is_his()
    {
        var session = await Coi.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(Coi.Root, "note"), "for the tool");
        foreach (var place in new[] { "/workspace/", "/home/code/" }) await Coi.OutputAsync("file", "push", Path.Combine(Coi.Root, "note"), session + ":" + place);
        await Coi.OutputAsync("file", "push", Path.Combine(Coi.Root, "note"), $"{session}:/etc/", "--mode=640");
        Assert.Equal("for the tool", await File.ReadAllTextAsync(Path.Combine(Coi.Workspace, "note")));
        var owners = await Coi.OutputAsync("container", "exec", session, "--", "stat", "-c", "%u %a", "/workspace/note", "/home/code/note", "/etc/note");
        var user = (await Coi.OutputAsync("container", "exec", session, "--", "stat", "-c", "%u", "/home/code")).Trim();
        Assert.Equal($"{user} 644\n{user} 644\n0 640\n", owners);
        await Coi.OutputAsync("kill", session);
    }

    [Fact]
    public async Task What_cannot_be_is_refused_with_the_reason()
    {
        await Coi.OutputAsync("container", "exec", Container, "--", "sh", "-c", "mkfifo /srv/pipe; mkdir /srv/dir; echo x >/srv/dir/file; mkfifo /srv/dir/pipe");
        await File.WriteAllTextAsync(Path.Combine(Coi.Workspace, "file"), "content");
        foreach (var (code, words, line) in new (int, string, string[])[]
        {
            (2, "container:path", ["push", "file", Container]),
            (2, "is empty", ["push", "file", $"{Container}:"]),
            (1, "does not exist", ["push", "none", $"{Container}:/srv/"]),
            (2, "-r", ["push", ".", $"{Container}:/srv/here"]),
            (1, "mkdir -p /no/such", ["push", "file", $"{Container}:/no/such/file"]),
            (1, "not found", ["push", "file", $"{Container}-none:/srv/"]),
            (1, "not replaced", ["push", "file", $"{Container}:/srv/pipe"]),
            (1, "does not exist", ["pull", $"{Container}:/srv/none", "copy"]),
            (2, "-r", ["pull", $"{Container}:/srv/dir", "copy"]),
            (1, "neither a file", ["pull", $"{Container}:/srv/pipe", "copy"]),
            (1, "a directory cannot replace it", ["pull", "-r", $"{Container}:/srv/dir", "file"]),
            (1, "does not exist", ["pull", $"{Container}:/srv/dir/file", "copy/"]),
            (1, "does not exist", ["pull", "-r", $"{Container}:/srv/none", "copy/"]),
            (1, "cannot be made", ["pull", "-r", $"{Container}:/srv/dir", "file/copy/"]),
        })
        {
            var outcome = await Coi.RunAsync(["file", .. line]);
            Assert.True(outcome.ExitCode == code && outcome.Error.Contains(words, StringComparison.Ordinal), $"expected {code} and '{words}': {outcome}");
            Assert.False(Path.Exists(Path.Combine(Coi.Workspace, "copy")));
        }

        // A pipe among files is left out, and that is said.
        var partly = await Coi.RunAsync("file", "pull", "-r", $"{Container}:/srv/dir", "partly");
        Assert.Equal((1, true), (partly.ExitCode, partly.Error.Contains("not copied", StringComparison.Ordinal)));
        Assert.Equal(["file"], Directory.GetFileSystemEntries(Path.Combine(Coi.Workspace, "partly")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_directory_to_put_a_tree_into_is_made_and_goes_again_when_the_tree_does_not_come()
    {
        await Coi.OutputAsync("container", "exec", Container, "--", "sh", "-c", "mkdir -p /root/.claude/projects; echo one >/root/.claude/projects/a; truncate -s 30G /root/.claude/large");
        // Of holes alone, and still too much for two seconds.
        var interrupted = await Shell.RunAsync(
            "timeout", ["--signal=INT", "2", Programs.Coi, "file", "pull", "-r", $"{Container}:/root/.claude", "./broken/off/"], Coi.Environment, Coi.Workspace);
        Assert.NotEqual(0, interrupted.ExitCode);
        Assert.False(Path.Exists(Path.Combine(Coi.Workspace, "broken")));
        await Coi.OutputAsync("container", "exec", Container, "--", "rm", "/root/.claude/large");
        foreach (var text in new[] { "one", "two" })
        {
            await Coi.OutputAsync("container", "exec", Container, "--", "sh", "-c", $"echo {text} >/root/.claude/projects/a");
            await Coi.OutputAsync("file", "pull", "-r", $"{Container}:/root/.claude", "./saved-sessions/session-123/");
            Assert.Equal($"{text}\n", await File.ReadAllTextAsync(Path.Combine(Coi.Workspace, "saved-sessions", "session-123", ".claude", "projects", "a")));
        }
    }

    private async Task<CommandOutcome> ScriptAsync(string script, TimeSpan? deadline = null)
    {
        var directory = Directory.CreateDirectory(Path.Combine(Coi.Root, "script")).FullName;
        var outcome = await Shell.RunAsync(
            "bash", ["-c", $"set -euo pipefail\ncoi=$0 c=$1\n{script}", Programs.Coi, Container], Coi.Environment, directory, deadline: deadline ?? TimeSpan.FromMinutes(3));
        Output.WriteLine(outcome.ToString());
        return outcome.Succeeded();
    }
}
