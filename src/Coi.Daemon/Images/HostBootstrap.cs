using System.ComponentModel;
using System.Runtime.InteropServices;
using CliWrap;
using Coi.Contracts;
using Coi.Incus;

namespace Coi.Daemon.Images;

/// <summary>Makes the base image on the host with mmdebstrap, from the host's own package sources.</summary>
internal sealed class HostBootstrap(IncusClient incus, BuildOptions options, BuildJournal journal)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Makes it, gives it its alias, and returns it.</summary>
    /// <param name="why">Why it has to be made, for the message of a failure.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<Image> RunAsync(string why, CancellationToken cancellationToken)
    {
        journal.Step("base.prepare", "Preparing to make a base image");
        var work = Directory.CreateDirectory(Path.Combine(options.CacheDirectory, $"base-{Guid.NewGuid():N}"));
        try
        {
            BuildRecipe.Coi.Extract(Path.Combine(work.FullName, "recipe"));
            await BootstrapAsync(work.FullName, why, cancellationToken);
            return await ImportAsync(work.FullName, cancellationToken);
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    private async Task BootstrapAsync(string work, string why, CancellationToken cancellationToken)
    {
        var output = new ScriptOutput(journal, [], () => { });
        using var gently = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        gently.CancelAfter(Deadline);
        using var forcibly = new CancellationTokenSource();
        // mmdebstrap removes its half-made system when it is asked to end, so it is asked before it is made to.
        await using var escalation = gently.Token.Register(() => forcibly.CancelAfter(Patience));
        try
        {
            var result = await Cli.Wrap("sh")
                .WithArguments([Path.Combine(work, "recipe", "debian-base.sh"), Path.Combine(work, "image")])
                // mmdebstrap's own choice is /tmp, which is memory on some systems.
                .WithEnvironmentVariables(e => e.Set("TMPDIR", "/var/tmp").Set("LC_ALL", "C.UTF-8"))
                .WithStandardOutputPipe(PipeTarget.ToDelegate(output.OnLine))
                .WithStandardErrorPipe(PipeTarget.ToDelegate(output.OnLine))
                .WithValidation(CommandResultValidation.None)
                .ExecuteAsync(forcibly.Token, gently.Token);
            if (result.ExitCode != 0) throw Explain(output.Failure, why, result.ExitCode);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StepTimeoutException(Deadline);
        }
        catch (Win32Exception error)
        {
            throw new ProblemException(new Problem("build.base", $"cannot start sh: {error.Message}", null), error);
        }
    }

    private async Task<Image> ImportAsync(string work, CancellationToken cancellationToken)
    {
        journal.Step("base.import", "Importing the base image into Incus");
        await using var metadata = File.OpenRead(Path.Combine(work, "image", "metadata.tar"));
        await using var rootfs = File.OpenRead(Path.Combine(work, "image", "rootfs.tar"));
        var fingerprint = await incus.Images.ImportAsync(
            metadata, rootfs, new ImageImportOptions { Aliases = [options.BaseAlias] }, new PercentReport(journal.Percent), cancellationToken);
        return await incus.Images.FindAsync(fingerprint, cancellationToken)
            ?? throw new IncusException($"import image {options.BaseAlias}", 404, "the image vanished after its import");
    }

    private Exception Explain(ScriptLine.Failure? failure, string why, int exitCode)
    {
        if (failure is not null)
        {
            var hint = failure.Code == "base.mmdebstrap"
                ? "sudo apt install mmdebstrap, or name a local image: coi build --base ALIAS"
                : "name a local image: coi build --base ALIAS";
            return new ProblemException(new Problem(failure.Code, $"{failure.Message}, and {why}", hint));
        }

        if (GetEffectiveUserId() != 0 && BuildProblems.FindDiskFull(journal.Recent) is null)
        {
            return new ProblemException(new Problem(
                "base.unprivileged", $"mmdebstrap could not make a base image without root: {journal.Recent.LastOrDefault(l => l.StartsWith("E:", StringComparison.Ordinal)) ?? $"exit code {exitCode}"}",
                $"it needs the package uidmap and lines for this user in /etc/subuid and /etc/subgid; or name a local image: coi build --base ALIAS; log: {journal.Path}"));
        }

        return new ScriptFailedException("mmdebstrap", exitCode, null);
    }

    [DllImport("libc", EntryPoint = "geteuid")]
    private static extern uint GetEffectiveUserId();
}
