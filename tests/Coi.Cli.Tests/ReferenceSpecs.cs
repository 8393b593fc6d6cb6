using System.Reflection;
using Coi.Cli.CommandLine;
using Xunit;

namespace Coi.Cli.Tests;

public sealed class ReferenceSpecs
{
    /// <summary>What the program must never reach, however indirectly, and why.</summary>
    private static readonly Dictionary<string, string> Bans = new(StringComparer.Ordinal)
    {
        ["Akka"] = "actors live in coid: Akka is not AOT-able and takes longer to load than the whole program may run",
        ["Coi.Domain"] = "what is decided is decided in coid, in one place; the program asks and shows",
        ["Coi.Daemon"] = "they meet at the socket, so that each can be replaced without the other",
        ["Newtonsoft.Json"] = "it works by reflection; the wire is source-generated",
        ["Microsoft.AspNetCore"] = "the program is a client, and users of it need no server framework",
        ["Microsoft.Extensions"] = "a container and a host cost more than the 10 ms that a command may take",
        ["Microsoft.Data.Sqlite"] = "the journal has one writer: coid",
        ["Tomlyn"] = "configuration is read in one place: coid",
    };

    [Fact]
    public void The_program_reaches_nothing_that_it_must_not()
    {
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        Walk(typeof(CoiProgram).Assembly, "coi", seen);
        foreach (var (name, path) in seen)
        {
            var ban = Bans.FirstOrDefault(ban => name == ban.Key || name.StartsWith(ban.Key + ".", StringComparison.Ordinal));
            Assert.True(ban.Key is null, $"{path}: {ban.Value}");
        }

        Assert.Contains("Coi.Contracts", seen.Keys);
        Assert.Contains("Coi.Incus", seen.Keys);
    }

    [Fact]
    public void The_standard_library_is_all_that_comes_with_it()
    {
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        Walk(typeof(CoiProgram).Assembly, "coi", seen);
        Assert.Equal(
            ["Coi.Contracts", "Coi.Files", "Coi.Incus", "System.CommandLine"],
            seen.Keys.Where(name => !IsPlatform(name)).Order(StringComparer.Ordinal));
    }

    private static bool IsPlatform(string name) =>
        name == "netstandard" || name == "mscorlib" || name == "Microsoft.Win32.Primitives"
        || (name.StartsWith("System.", StringComparison.Ordinal) && name != "System.CommandLine");

    private static void Walk(Assembly assembly, string path, Dictionary<string, string> seen)
    {
        foreach (var reference in assembly.GetReferencedAssemblies())
        {
            if (reference.Name is not { } name || !seen.TryAdd(name, $"{path} -> {name}") || IsPlatform(name)) continue;
            Walk(Assembly.Load(reference), $"{path} -> {name}", seen);
        }
    }
}
