using System.Runtime.InteropServices;
using Coi.Cli.CommandLine;

namespace Coi.Cli;

/// <summary>Turns the first Ctrl-C, SIGTERM or SIGHUP into a cancellation; the second ends the program on the spot.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _signal;

    private Interruption()
    {
    }

    /// <summary>Cancelled by the signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Whether a signal came.</summary>
    public bool Came => _signal != 0;

    /// <summary>The exit code that names the signal.</summary>
    public int ExitCode => ExitCodes.Signalled + _signal;

    /// <summary>Begins to watch.</summary>
    /// <param name="hangUp">Whether the end of the terminal is such a signal; otherwise it ends the program and nothing more.</param>
    public static Interruption Watch(bool hangUp = true)
    {
        var interruption = new Interruption();
        interruption.On(PosixSignal.SIGINT, 2);
        interruption.On(PosixSignal.SIGTERM, 15);
        if (hangUp) interruption.On(PosixSignal.SIGHUP, 1);
        return interruption;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _source.Dispose();
    }

    private void On(PosixSignal signal, int number) => _registrations.Add(PosixSignalRegistration.Create(signal, context =>
    {
        if (Interlocked.CompareExchange(ref _signal, number, 0) != 0) return; // the default action of the second one ends the program
        context.Cancel = true;
        _source.Cancel();
    }));
}
