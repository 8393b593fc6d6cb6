using Akka.Actor;
using Akka.TestKit.Xunit2;
using Coi.Contracts;
using Coi.Daemon.Api;
using Coi.Daemon.Images;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Coi.Daemon.Tests.Api;

/// <summary>An answer that nobody fetches for a while.</summary>
public sealed class NdjsonStreamSpecs : TestKit
{
    [Fact]
    public async Task The_result_comes_however_much_output_was_not_fetched_before_it()
    {
        await using var stream = new NdjsonStream(new DefaultHttpContext(), Sys);
        for (var line = 1; line <= 10_000; line++) stream.Self.Tell(new ImagesProtocol.BuildLog($"{line}"));
        stream.Self.Tell(new Progress("last", "the last step"));
        stream.Self.Tell("the result");
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await stream.Self.Ask<ActorIdentity>(new Identify(null), deadline.Token); // all has come before anything is fetched

        var seen = 0;
        await foreach (var message in stream.ReadAsync(deadline.Token))
        {
            if (message is "the result") break;
            Assert.Equal($"{++seen}", Assert.IsType<ImagesProtocol.BuildLog>(message).Line);
        }

        Assert.Equal(4096, seen);
    }
}
