using System.Text;
using Coi.Cli.Daemons;
using Coi.Contracts;
using Xunit;

namespace Coi.Cli.Tests.Daemons;

public sealed class AnswerStreamSpecs
{
    private readonly List<string> _shown = [];

    [Fact]
    public async Task Steps_and_output_come_before_the_result()
    {
        var result = await ReadAsync("""
            {"progress":{"step":"network","message":"Making the network"}}
            {"log":"hello"}
            {"unknown_member_of_the_future":1}

            {"result":{"alias":"coi","was_running":true}}
            """);
        Assert.Equal(new CancelledBuild("coi", true), result);
        Assert.Equal(["network: Making the network", "hello"], _shown);
    }

    [Fact]
    public async Task A_failure_at_the_end_is_the_failure()
    {
        var failure = await Assert.ThrowsAsync<ProblemException>(() => ReadAsync("""
            {"progress":{"step":"image","message":"Looking for the image"}}
            {"error":{"code":"image.missing","message":"No image 'web'","hint":"coi build"}}
            """));
        Assert.Equal(new Problem("image.missing", "No image 'web'", "coi build"), failure.Problem);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"progress\":{\"step\":\"a\",\"message\":\"b\"}}\n")]
    public async Task A_stream_that_ends_without_a_result_was_cut_off(string text)
    {
        var failure = await Assert.ThrowsAsync<ProblemException>(() => ReadAsync(text));
        Assert.Equal("daemon.cut_off", failure.Problem.Code);
        Assert.Contains("while testing", failure.Problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"progress\":{\"step\":\"a\",\"mess")]
    [InlineData("not json\n")]
    [InlineData("{\"result\":{\"alias\":[]}}\n")]
    [InlineData("{\"result\":null}\n[]\n")]
    public async Task What_is_no_answer_is_said_to_be_none(string text)
    {
        var failure = await Assert.ThrowsAsync<ProblemException>(() => ReadAsync(text));
        Assert.Contains(failure.Problem.Code, new[] { "daemon.answer", "daemon.cut_off" });
    }

    private Task<CancelledBuild> ReadAsync(string text) => AnswerStream.ReadAsync(
        new MemoryStream(Encoding.UTF8.GetBytes(text)), "testing", ContractsJson.Default.CancelledBuild,
        step => _shown.Add($"{step.Step}: {step.Message}"), _shown.Add, TimeProvider.System, CancellationToken.None);
}
