using System.Text;

namespace Coi.FakeIncus;

/// <summary>
/// The few commands that every fake instance understands: true, false, echo, cat, printenv, pwd, id, stty size, sleep,
/// test, kill, poweroff, and <c>sh -c</c> with those, behind <c>exec</c> or not, separated by semicolons.
/// </summary>
public static class FakeGuest
{
    internal static async Task<int> RunAsync(FakeExec exec, FakeInstance instance, FakeState state)
    {
        if (exec.Command is ["sh" or "bash", "-c", var script, ..]) return await ScriptAsync(script, exec, instance, state);
        return await CommandAsync([.. exec.Command], exec, exec.Stdout, instance, state)
            ?? throw new FakeIncusError(400, "Command not found");
    }

    private static async Task<int> ScriptAsync(string script, FakeExec exec, FakeInstance instance, FakeState state)
    {
        var code = 0;
        foreach (var line in script.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is ["exit", var number]) return int.Parse(number);
            if (words is ["exec", .. var program]) words = program;
            var output = exec.Stdout;
            if (words[^1] == ">&2") (words, output) = (words[..^1], exec.Stderr);
            code = await CommandAsync(words, exec, output, instance, state) ?? 127;
        }

        return code;
    }

    private static async Task<int?> CommandAsync(
        string[] words, FakeExec exec, Stream output, FakeInstance instance, FakeState state)
    {
        switch (words)
        {
            case ["true"]:
                return 0;
            case ["false"]:
                return 1;
            case ["echo", .. var text]:
                return await SayAsync(string.Join(' ', text), output);
            case ["cat"]:
                await exec.Stdin.CopyToAsync(output, exec.Killed);
                return 0;
            case ["cat", var path]:
                return instance.Files.Find(path) is { Type: "file" } file ? await SayAsync(file.Content, output) : 1;
            case ["printenv", var name]:
                return exec.Environment.TryGetValue(name, out var value) ? await SayAsync(value, output) : 1;
            case ["pwd"]:
                return await SayAsync(exec.Cwd.Length > 0 ? exec.Cwd : "/root", output);
            case ["id", "-u"]:
                return await SayAsync($"{exec.User}", output);
            case ["id", "-g"]:
                return await SayAsync($"{exec.Group}", output);
            case ["stty", "size"]:
                return await SayAsync($"{exec.Rows} {exec.Columns}", output);
            case ["test", "-e", var path]:
                return instance.Files.Find(path) is null ? 1 : 0;
            case ["sleep", ..]:
                await Task.Delay(Timeout.InfiniteTimeSpan, exec.Killed);
                return 0;
            case ["kill", "-9", "$$"]:
                return 137;
            case ["poweroff"]:
                _ = Task.Run(() => state.PowerOffAsync(instance.Name));
                return 0;
            default:
                return null;
        }
    }

    private static Task<int> SayAsync(string line, Stream output) => SayAsync(Encoding.UTF8.GetBytes($"{line}\n"), output);

    private static async Task<int> SayAsync(byte[] bytes, Stream output)
    {
        await output.WriteAsync(bytes);
        return 0;
    }
}
