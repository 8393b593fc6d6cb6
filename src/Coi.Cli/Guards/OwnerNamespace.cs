using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace Coi.Cli.Guards;

/// <summary>Makes user namespaces that nobody lives in: the kernel takes the mapping of a mount's owners from one.</summary>
internal static class OwnerNamespace
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>A namespace with these maps; it lasts as long as the handle.</summary>
    public static async Task<SafeFileHandle> OpenAsync(string users, string groups)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        // It says a word when the namespace is there, and ends when its input does.
        using var holder = Process.Start(new ProcessStartInfo("unshare", ["--user", "sh", "-c", "echo; exec cat"]) { RedirectStandardInput = true, RedirectStandardOutput = true })
            ?? throw new IOException("unshare could not be started");
        try
        {
            if (await holder.StandardOutput.ReadLineAsync(deadline.Token) is null) throw new IOException("no user namespace could be made (`unshare --user`)");
            await File.WriteAllTextAsync($"/proc/{holder.Id}/uid_map", users, deadline.Token);
            await File.WriteAllTextAsync($"/proc/{holder.Id}/gid_map", groups, deadline.Token);
            return File.OpenHandle($"/proc/{holder.Id}/ns/user");
        }
        catch (OperationCanceledException)
        {
            throw new IOException($"making a user namespace for the workspace's owners took more than {Deadline.TotalSeconds} s");
        }
        finally
        {
            holder.StandardInput.Close();
        }
    }
}
