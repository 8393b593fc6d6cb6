using System.Globalization;
using System.Text.RegularExpressions;
using Coi.Domain.Configuration;
using CsCheck;
using Xunit;

namespace Coi.Domain.Tests.Configuration;

public sealed class QuantitiesFuzzSpecs
{
    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.String,
        Gen.OneOf("0", "1", "00", "9", "12", "999999999", "9223372036854775807", "9223372036854775808", " ", "d", "h", "m", "s", "B", "kB", "MiB", "TiB", "KB", "-", "+", ".", "٣", "\n", "\0")
            .Array[0, 8].Select(string.Concat));

    [Fact]
    public void Any_text_is_a_size_or_none_and_what_is_one_looks_like_one() => Texts.Sample(
        text => Quantities.Size(text) is not { } size || (size >= 0 && Regex.IsMatch(text, Quantities.SizePattern)), iter: 50_000);

    [Fact]
    public void Any_text_is_a_duration_or_none_and_what_is_one_looks_like_one() => Texts.Sample(
        text => Quantities.Duration(text) is not { } length || (length >= TimeSpan.Zero && Regex.IsMatch(text, Quantities.DurationPattern)), iter: 50_000);

    [Fact]
    public void A_duration_that_is_written_out_is_the_same_when_read() => Gen.Int[0, 31_535_999].Sample(seconds =>
    {
        var length = TimeSpan.FromSeconds(seconds);
        var text = string.Create(CultureInfo.InvariantCulture, $"{length.Days}d{length.Hours}h{length.Minutes}m{length.Seconds}s");
        return Quantities.Duration(text) == length;
    });
}
