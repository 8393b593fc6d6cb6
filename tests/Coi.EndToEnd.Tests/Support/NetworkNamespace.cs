using System.Runtime.InteropServices;

namespace Coi.EndToEnd.Tests.Support;

/// <summary>A network namespace that has a name.</summary>
internal static partial class NetworkNamespace
{
    private const int CloneNewNet = 0x40000000;

    /// <summary>
    /// Makes something in a namespace: a socket belongs to that of the thread that makes it. The thread ends afterwards: it must not go back to a pool,
    /// and nothing may go on running on it (a coid started from it would live in that namespace, and know its addresses only).
    /// </summary>
    public static async Task<T> MakeAsync<T>(string name, Func<T> make)
    {
        var made = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                using var handle = File.OpenHandle($"/run/netns/{name}");
                if (SetNs(handle, CloneNewNet) != 0) throw new IOException($"setns: {Marshal.GetLastPInvokeErrorMessage()}");
                made.SetResult(make());
            }
            catch (Exception e)
            {
                made.SetException(e);
            }
        });
        thread.Start();
        return await made.Task;
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNs(Microsoft.Win32.SafeHandles.SafeFileHandle descriptor, int type);
}
