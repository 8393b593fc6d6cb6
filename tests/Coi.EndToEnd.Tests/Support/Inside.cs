using Xunit;

namespace Coi.EndToEnd.Tests.Support;

/// <summary>The programs of <c>Network/Inside</c>, run in containers.</summary>
internal static class Inside
{
    private const int Soon = 3500; // ms, as a refusal of the kernel may have to be asked for thrice

    private static readonly string Programs = Path.Combine(AppContext.BaseDirectory, "Network", "Inside");

    /// <summary>Text of one of them.</summary>
    public static string Text(string program) => File.ReadAllText(Path.Combine(Programs, program));

    /// <summary>Runs one as root.</summary>
    public static Task<CommandOutcome> RunAsync(string container, string program, params IReadOnlyList<string> arguments) =>
        IncusView.ExecAsync(container, ["python3", "-c", Text(program), .. arguments]);

    /// <summary>
    /// Asks probe.py all questions at once, as root and as the session's user, and compares its answers: each expectation is a question, an arrow, and the
    /// answer, as in <c>tcp:192.168.77.2:8080 → refused</c>. What is refused is refused soon, as a person waits for it; what is closed may also be
    /// silent.
    /// </summary>
    public static async Task ExpectAsync(string container, params IReadOnlyList<string> expectations)
    {
        var questions = expectations.Select(e => e.Split(" → ")[0]).ToList();
        var root = await RunAsync(container, "probe.py", questions);
        Compare(expectations, root, $"root in {container}");
        if ((await IncusView.ExecAsync(container, "id", "-u", "code")).ExitCode != 0) return;
        Compare(expectations, await IncusView.ExecAsync(container, ["runuser", "-u", "code", "--", "python3", "-c", Text("probe.py"), .. questions]), $"code in {container}");
    }

    /// <summary>What prober.py counted.</summary>
    public static (int Open, int Closed) Counts(CommandOutcome prober)
    {
        var words = prober.Succeeded().Output.Split([' ', '\n', ','], StringSplitOptions.RemoveEmptyEntries);
        return (int.Parse(words[^4]), int.Parse(words[^2]));
    }

    /// <summary>Compares what probe.py said.</summary>
    public static void Compare(IReadOnlyList<string> expectations, CommandOutcome outcome, string who)
    {
        var answers = outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).ToDictionary(words => words[0]);
        var wrong = new List<string>();
        foreach (var (question, expected) in expectations.Select(e => e.Split(" → ")).Select(e => (e[0], e[1])))
        {
            var answer = answers.GetValueOrDefault(question);
            var said = answer is null ? "nothing" : string.Join(' ', answer[1..^1]);
            if (expected == "closed" ? said is "refused" or "silent" : said == expected)
            {
                if (expected == "refused" && int.Parse(answer![^1]) > Soon) wrong.Add($"{question}: refused slowly, after {answer[^1]} ms");
            }
            else
            {
                wrong.Add($"{question}: {said}, expected: {expected}");
            }
        }

        Assert.True(wrong.Count == 0, $"{who}:\n{string.Join('\n', wrong)}\n{outcome}");
    }
}
