using System.Runtime.InteropServices;

namespace Coi.Cli.Daemons;

/// <summary>A child in a session of its own, so that neither the end of this program nor that of its terminal reaches it.</summary>
internal sealed unsafe partial class DetachedProcess : IDisposable
{
    // spawn.h and signal.h of glibc and musl: the real structures are smaller (336, 80 and 128 bytes).
    private const int RoomForStructure = 1024;
    private const short SetSignalDefaults = 0x04, SetSignalMask = 0x08, NewSession = 0x80;
    private const int ReadOnly = 0, WriteCreateTruncate = 0x1 | 0x40 | 0x200;

    private DetachedProcess(int pid, int output)
    {
        Pid = pid;
        Output = output;
    }

    /// <summary>Its process id.</summary>
    public int Pid { get; }

    /// <summary>The reading end of its standard output.</summary>
    public int Output { get; }

    /// <summary>Starts it in <c>/</c>, with nothing on its standard input and its errors in a file.</summary>
    public static DetachedProcess Start(DaemonProgram program, IReadOnlyDictionary<string, string> environment, string errorFile)
    {
        var (read, write) = Libc.Pipe();
        var memory = stackalloc byte[3 * RoomForStructure];
        byte* actions = memory, attributes = memory + RoomForStructure, signals = memory + 2 * RoomForStructure;
        var arguments = ToNative([program.File, .. program.Arguments]);
        var variables = ToNative([.. environment.Select(pair => $"{pair.Key}={pair.Value}")]);
        try
        {
            Check(FileActionsInit(actions), "posix_spawn_file_actions_init");
            Check(AttributesInit(attributes), "posix_spawnattr_init");
            Check(AddOpen(actions, 0, "/dev/null", ReadOnly, 0), "posix_spawn_file_actions_addopen");
            Check(AddDup2(actions, write, 1), "posix_spawn_file_actions_adddup2");
            Check(AddOpen(actions, 2, errorFile, WriteCreateTruncate, 0x180), "posix_spawn_file_actions_addopen"); // 0600
            Check(AddChangeDirectory(actions, "/"), "posix_spawn_file_actions_addchdir_np"); // holds no mount busy
            // .NET ignores SIGPIPE, and what is ignored stays ignored across exec.
            Check(SignalFillSet(signals), "sigfillset");
            Check(AttributesSetSignalDefaults(attributes, signals), "posix_spawnattr_setsigdefault");
            Check(SignalEmptySet(signals), "sigemptyset");
            Check(AttributesSetSignalMask(attributes, signals), "posix_spawnattr_setsigmask");
            Check(AttributesSetFlags(attributes, SetSignalDefaults | SetSignalMask | NewSession), "posix_spawnattr_setflags");
            int pid;
            Check(Spawn(&pid, program.File, actions, attributes, arguments, variables), program.File);
            return new DetachedProcess(pid, read);
        }
        catch
        {
            _ = Libc.Close(read);
            throw;
        }
        finally
        {
            _ = Libc.Close(write);
            _ = FileActionsDestroy(actions);
            _ = AttributesDestroy(attributes);
            Free(arguments);
            Free(variables);
        }
    }

    /// <summary>The exit status of a child that has closed its output and so is about to end; null while it has not.</summary>
    public string Status()
    {
        int status;
        if (WaitPid(Pid, &status, 0) != Pid) return "unknown status";
        return (status & 0x7f) == 0 ? $"exit code {(status >> 8) & 0xff}" : $"signal {status & 0x7f}";
    }

    /// <inheritdoc />
    public void Dispose() => _ = Libc.Close(Output);

    private static void Check(int error, string call)
    {
        if (error != 0) throw new IOException($"{call}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    private static byte** ToNative(IReadOnlyList<string> texts)
    {
        var array = (byte**)NativeMemory.Alloc((nuint)(texts.Count + 1), (nuint)sizeof(byte*));
        for (var i = 0; i < texts.Count; i++) array[i] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[i]);
        array[texts.Count] = null;
        return array;
    }

    private static void Free(byte** array)
    {
        for (var i = 0; array[i] is not null; i++) Marshal.FreeCoTaskMem((nint)array[i]);
        NativeMemory.Free(array);
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Spawn(int* pid, string file, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int FileActionsInit(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int FileActionsDestroy(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddOpen(byte* actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int AddDup2(byte* actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddChangeDirectory(byte* actions, string path);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int AttributesInit(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int AttributesDestroy(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int AttributesSetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial int AttributesSetSignalDefaults(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static partial int AttributesSetSignalMask(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "sigfillset")]
    private static partial int SignalFillSet(byte* signals);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    private static partial int SignalEmptySet(byte* signals);

    [LibraryImport("libc", EntryPoint = "waitpid")]
    private static partial int WaitPid(int pid, int* status, int options);
}
