using System.Diagnostics;
using Coi.Cli.CommandLine;
using Coi.Cli.Manual;
using Xunit;

namespace Coi.Cli.Tests.Manual;

public sealed class ManPageSpecs : IDisposable
{
    private readonly Caller _caller = new();

    private string Pages => Path.Combine(_caller.Home, "man1");

    public void Dispose() => _caller.Dispose();

    [Fact]
    public async Task Every_command_has_a_page_that_names_its_flags_and_examples()
    {
        var said = await _caller.RunAsync("__man", Pages);
        Assert.Equal((0, ""), (said.ExitCode, said.Error));
        var tree = new CommandTree();
        Assert.Equal(tree.Shown.Select(command => ManPage.NameOf(command) + ".1").Order(), said.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
        foreach (var command in tree.Shown)
        {
            var page = (await File.ReadAllTextAsync(Path.Combine(Pages, ManPage.NameOf(command) + ".1"))).Replace("\\-", "-", StringComparison.Ordinal);
            foreach (var heading in new[] { ".SH NAME", ".SH SYNOPSIS", ".SH DESCRIPTION", ".SH OPTIONS", ".SH EXIT STATUS", ".SH SEE ALSO" }) Assert.Contains(heading, page, StringComparison.Ordinal);
            foreach (var option in command.Options.Concat(command.Heeds(tree.Options)).Where(option => !option.Hidden)) Assert.Contains(option.Name, page, StringComparison.Ordinal);
            Assert.Equal(command.Examples.Count, page.Split(".nf").Length - 1);
        }
    }

    [Fact]
    public async Task The_pages_are_ones_that_man_shows_without_complaint()
    {
        await _caller.RunAsync("__man", Pages);
        if (!File.Exists("/usr/bin/man")) return; // the pages are there; only their look cannot be told
        foreach (var name in new[] { "coi", "coi-shell", "coi-container", "coi-container-exec", "coi-tmux-capture" })
        {
            using var man = Process.Start(new ProcessStartInfo("/usr/bin/man", ["--warnings=w", "-E", "UTF-8", "-l", Path.Combine(Pages, name + ".1")])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["MANWIDTH"] = "100", ["LC_ALL"] = "C.UTF-8" },
            })!;
            var shown = man.StandardOutput.ReadToEndAsync();
            var complaints = await man.StandardError.ReadToEndAsync();
            await man.WaitForExitAsync();
            Assert.Equal((0, ""), (man.ExitCode, complaints));
            Assert.Contains("SYNOPSIS", await shown, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_would_be_a_request_or_another_sign_is_written_so_that_it_is_none()
    {
        var roff = new RoffWriter();
        roff.Text(".coi.toml\n'x' a-b \\ \"~\"");
        Assert.Equal(".PP\n\\&.coi.toml\n\\(aqx\\(aq a\\-b \\e \\(dq\\(ti\\(dq\n", roff.ToString());
    }
}
