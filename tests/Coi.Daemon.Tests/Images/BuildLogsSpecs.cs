using Coi.Daemon.Images;
using Xunit;

namespace Coi.Daemon.Tests.Images;

public sealed class BuildLogsSpecs : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("coi-logs-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void The_newest_ten_logs_of_builds_stay_and_nothing_else_goes()
    {
        var begin = new DateTime(2026, 2, 1, 10, 0, 0, DateTimeKind.Utc);
        for (var n = 0; n < 13; n++) Write($"build-{(n % 2 == 0 ? "coi" : "my-rust")}-{n:00}.log", begin.AddMinutes(n));
        Write("coid.log", begin.AddDays(-1));

        BuildLogs.Trim(_directory.FullName);

        var left = _directory.EnumerateFiles().Select(file => file.Name).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(BuildLogs.Kept + 1, left.Count);
        Assert.Contains("coid.log", left);
        Assert.DoesNotContain(left, name => name.EndsWith("-00.log", StringComparison.Ordinal) || name.EndsWith("-01.log", StringComparison.Ordinal) || name.EndsWith("-02.log", StringComparison.Ordinal));
    }

    private void Write(string name, DateTime when)
    {
        var path = Path.Combine(_directory.FullName, name);
        File.WriteAllText(path, name);
        File.SetLastWriteTimeUtc(path, when);
    }
}
