using Coi.Contracts;

namespace Coi.Cli;

/// <summary>What the program says to a person: always on standard error, so that standard output holds nothing but data.</summary>
internal sealed class Talk(Surroundings surroundings)
{
    private readonly bool _colour = surroundings.ErrorIsTerminal
        && string.IsNullOrEmpty(surroundings.Variable("NO_COLOR"))
        && surroundings.Variable("TERM") != "dumb";

    /// <summary>Says something.</summary>
    public void Say(string line) => surroundings.Error.WriteLine(line);

    /// <summary>Says that something is not as it was asked for, though not a failure.</summary>
    public void Warning(string message) => Say(Paint("33", "warning:") + " " + message);

    /// <summary>Says what failed, why, and what to do next.</summary>
    public void Error(Problem problem) => Error(problem.Message, problem.Hint);

    /// <summary>Says what failed, why, and what to do next: one line each.</summary>
    public void Error(string message, string? hint)
    {
        surroundings.Out.Flush();
        Say(Paint("31", "error:") + " " + OneLine(message));
        if (!string.IsNullOrWhiteSpace(hint)) Hint(hint);
    }

    /// <summary>
    /// Asks a question that only a single y answers, from a terminal or a pipe; nothing else does. The end of input refuses too, and whoever
    /// could not be asked hears of the flag that does not ask.
    /// </summary>
    /// <param name="question">The question.</param>
    /// <param name="output">Where it is asked; null for standard output.</param>
    public bool Confirms(string question, TextWriter? output = null)
    {
        output ??= surroundings.Out;
        output.Write(question + " [y/N]: ");
        output.Flush();
        var answer = surroundings.In.ReadLine()?.Trim();
        if (answer is null || !surroundings.InIsTerminal) output.WriteLine();
        if (answer is "y" or "Y") return true;
        output.WriteLine("Cancelled.");
        if (answer is null)
        {
            output.Flush();
            Hint("nobody answered; --force does not ask");
        }

        return false;
    }

    private void Hint(string hint) => Say(Paint("36", "hint:") + " " + OneLine(hint));

    private static string OneLine(string text) => string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private string Paint(string colour, string text) => _colour ? $"\e[{colour}m{text}\e[0m" : text;
}
