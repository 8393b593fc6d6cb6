using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace Coi.Daemon.Hosting;

/// <summary>The structured log: one JSON object a line, rolled by size, a bounded number of files kept.</summary>
internal static class DaemonLog
{
    private const long FileSize = 10 * 1024 * 1024;

    /// <summary>The logger of this home.</summary>
    public static Serilog.ILogger Create(DaemonHome home) => new LoggerConfiguration()
        .MinimumLevel.Is(Environment.GetEnvironmentVariable("COI_LOG_LEVEL") is { } text && Enum.TryParse<LogEventLevel>(text, ignoreCase: true, out var level) ? level : LogEventLevel.Information)
        .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
        .WriteTo.File(new CompactJsonFormatter(), home.Log, fileSizeLimitBytes: FileSize, rollOnFileSizeLimit: true, retainedFileCountLimit: 5)
        .CreateLogger();
}
