using Coi.Contracts;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Coi.Cli.Tests;

public sealed class ProgressViewSpecs : IDisposable
{
    private readonly Caller _caller = new();
    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public void Dispose()
    {
        _error.Dispose();
        _caller.Dispose();
    }

    [Fact]
    public void On_a_terminal_one_line_is_written_over_and_gone_in_the_end()
    {
        using (var view = View(keepsSteps: false))
        {
            view.Show(new Progress("network", "Making the network"));
            _time.Advance(TimeSpan.FromSeconds(1));
            _time.Advance(TimeSpan.FromSeconds(1));
            view.Show(new Progress("start", "Starting x", 40));
        }

        Assert.Equal(
            "\r\e[KMaking the network (0 s)\r\e[KMaking the network (1 s)\r\e[KMaking the network (2 s)\r\e[KStarting x 40 % (0 s)\r\e[K", _error.ToString());
    }

    [Fact]
    public void A_long_work_leaves_a_line_with_the_time_of_every_step_and_output_stands_above_the_moving_line()
    {
        using (var view = View(keepsSteps: true))
        {
            view.Show(new Progress("base", "Making the base"));
            view.Log("Get:1");
            _time.Advance(TimeSpan.FromSeconds(1.5));
            view.Show(new Progress("publish", "Publishing"));
        }

        Assert.Contains("\r\e[KGet:1\n\r\e[KMaking the base (0 s)", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains("\r\e[K[1.5 s] Making the base\n", _error.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("\r\e[K[0.0 s] Publishing\n\r\e[K", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_would_wrap_is_cut()
    {
        using (var view = View(keepsSteps: false)) view.Show(new Progress("a", new string('x', 500)));
        Assert.True(_error.ToString().Split('\r').Max(line => line.Length) < 200);
    }

    [Theory]
    [InlineData("dumb")]
    [InlineData("")]
    public void A_terminal_that_cannot_move_its_cursor_gets_plain_lines(string term)
    {
        using (var view = View(keepsSteps: true, term)) view.Show(new Progress("a", "Making it"));
        Assert.Equal("[0.0 s] Making it\n", _error.ToString());
    }

    [Fact]
    public void Colours_are_for_terminals_whose_user_has_nothing_against_them()
    {
        Talk().Error("it failed", "do this");
        Assert.Equal("\e[31merror:\e[0m it failed\n\e[36mhint:\e[0m do this\n", _error.ToString());
        _error.GetStringBuilder().Clear();
        _caller.Environment["NO_COLOR"] = "1";
        Talk().Error("it failed\nin two lines", null);
        Assert.Equal("error: it failed in two lines\n", _error.ToString());
    }

    private Talk Talk() => new(Around("xterm"));

    private ProgressView View(bool keepsSteps, string term = "xterm") => new(Around(term), keepsSteps);

    private Surroundings Around(string term)
    {
        _caller.Environment["TERM"] = term;
        _caller.OnTerminal = true;
        _caller.Time = _time;
        return _caller.Surroundings(TextWriter.Null, _error);
    }
}
