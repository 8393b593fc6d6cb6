using System.Text;
using Coi.Daemon.Configuration;
using Coi.Domain.Configuration;
using CsCheck;
using Xunit;

namespace Coi.Daemon.Tests.Configuration;

/// <summary>A <c>.coi.toml</c> is written by whoever wrote the repository: whatever it holds is read or refused with its place, and never ends the daemon.</summary>
public sealed class TomlFuzzSpecs
{
    private static readonly string[] Words =
    [
        "[", "]", "[[", "]]", "{", "}", "=", ".", ",", "\n", "\r\n", " ", "\t", "#", "\"", "'", "\"\"\"", "'''", "\\", "\\u00e9", "\\U0010FFFF", "\\uD800", "\0", "\uFEFF",
        "defaults", "image", "network", "mode", "mounts", "host", "container", "limits", "memory", "profiles", "environment", "tool", "a", "é", "true", "false", "inf", "nan",
        "0", "-1", "+1", "1_000", "0x7f", "0b2", "9223372036854775808", "1e999", "1979-05-27T07:32:00Z", "07:32:00", "4GiB", "1h30m",
    ];

    private static readonly Gen<string> Wordy = Gen.OneOf(Words).Array[0, 40].Select(string.Concat);

    [Fact]
    public void Words_of_toml_in_any_order_are_read_or_refused() => Wordy.Sample(text => IsReadOrRefused(Encoding.UTF8.GetBytes(text)), iter: 20_000);

    [Fact]
    public void Any_bytes_are_read_or_refused() => Gen.Byte.Array[0, 200].Sample(IsReadOrRefused, iter: 10_000);

    [Theory]
    [InlineData("a = ", "[", 300_000)]
    [InlineData("a = ", "{b=", 200_000)]
    [InlineData("", "[", 300_000)]
    [InlineData("", "a.", 300_000)]
    [InlineData("[", "a.", 300_000)]
    public async Task What_is_nested_without_end_is_refused_in_time(string before, string nested, int times)
    {
        var content = Encoding.UTF8.GetBytes(before + string.Concat(Enumerable.Repeat(nested, times)));
        Assert.True(await Task.Run(() => IsReadOrRefused(content)).WaitAsync(TimeSpan.FromSeconds(20)));
    }

    private static bool IsReadOrRefused(byte[] content)
    {
        var (raw, problems) = TomlLayer.Read(content, "/w/.coi.toml", Layer.Project);
        var (_, wrong) = LayerReader.Read(raw);
        return problems.Concat(wrong).All(problem => problem.Cause.Length > 0 && !problem.Cause.Contains("Exception", StringComparison.Ordinal));
    }
}
