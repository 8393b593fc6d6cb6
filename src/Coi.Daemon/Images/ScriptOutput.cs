namespace Coi.Daemon.Images;

/// <summary>Reads what a script writes: steps, properties, failures, and output.</summary>
internal sealed class ScriptOutput(BuildJournal journal, Dictionary<string, string> properties, Action onStep)
{
    private readonly Lock _gate = new();

    /// <summary>Why the script gave up, by its own words.</summary>
    public ScriptLine.Failure? Failure { get; private set; }

    /// <summary>The script has written something.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Takes a line of either stream.</summary>
    public void OnLine(string text)
    {
        lock (_gate)
        {
            HasBegun = true;
            switch (ScriptLine.Parse(text))
            {
                case ScriptLine.Step step:
                    onStep();
                    journal.Step(step.Name, step.Message);
                    break;
                case ScriptLine.Property property:
                    properties[property.Key] = property.Value;
                    journal.Line($"{property.Key} = {property.Value}");
                    break;
                case ScriptLine.Failure failure:
                    Failure = failure;
                    journal.Line(failure.Message);
                    break;
                case ScriptLine.Output output:
                    journal.Line(output.Text);
                    break;
                default:
                    throw new InvalidOperationException($"'{text}' was read as something unknown");
            }
        }
    }
}
