using Coi.Domain.Protection;
using CsCheck;
using Xunit;

namespace Coi.Domain.Tests.Protection;

public sealed class GuardPlanningSpecs
{
    private static readonly string[] Defaults = [".git/hooks", ".git/config", ".husky", ".vscode", ".coi.toml", ".claude/settings.json", ".claude/settings.local.json"];

    [Fact]
    public void What_exists_is_read_only_and_the_directories_around_it_cannot_be_renamed() =>
        Assert.Equal(
            ".git rw, .husky ro, .git/config ro, .git/hooks ro",
            Told(Plan([".git/hooks", ".git/config", ".husky"], ".git/", ".git/hooks/", ".git/config", ".husky/")));

    [Fact]
    public void A_git_repository_with_nothing_else_gets_placeholders_that_git_does_not_see()
    {
        var plan = Plan(Defaults, ".git/", ".git/hooks/", ".git/config");
        Assert.Equal(".claude ro, .coi.toml ro, .git rw, .husky ro, .vscode ro, .git/config ro, .git/hooks ro", Told(plan));
        Assert.Equal([".claude", ".coi.toml", ".husky", ".vscode"], plan.Placeholders.Where(p => p.Directory).Select(p => p.Path));
        Assert.Equal(4, plan.Placeholders.Length);
    }

    [Fact]
    public void What_is_missing_in_a_directory_that_exists_makes_it_read_only_as_a_whole()
    {
        var plan = Plan([".claude/settings.json", ".claude/settings.local.json"], ".claude/", ".claude/settings.json");
        Assert.Equal(".claude ro", Told(plan));
        Assert.Empty(plan.Placeholders);
    }

    [Fact]
    public void The_other_directories_in_it_stay_writable_but_not_those_that_are_protected()
    {
        var plan = Plan([".claude/settings.json", ".claude/hooks", ".claude/skills/one"], ".claude/", ".claude/agents/", ".claude/commands/", ".claude/hooks/", ".claude/skills/", ".claude/notes");
        Assert.Equal(".claude ro, .claude/agents open, .claude/commands open", Told(plan));
        Assert.Equal(".claude ro", Told(Plan([".claude"], ".claude/", ".claude/agents/")));
    }

    [Fact]
    public void What_is_missing_in_a_repository_is_put_there_empty()
    {
        var plan = Plan([".git/hooks", ".git/config"], ".git/");
        Assert.Equal(".git rw, .git/config ro, .git/hooks ro", Told(plan));
        Assert.Equal([new Placeholder(".git/config", false), new Placeholder(".git/hooks", true)], plan.Placeholders.AsEnumerable());
    }

    [Fact]
    public void What_is_missing_in_a_submodules_own_repository_is_put_there_empty_too_so_that_commits_in_it_work()
    {
        var plan = Plan(["sub/.git/config", "sub/.git/config.worktree", "sub/.git/hooks"], "sub/", "sub/.git/", "sub/.git/config", "sub/.git/objects/");
        Assert.Equal("sub rw, sub/.git rw, sub/.git/config ro, sub/.git/config.worktree ro, sub/.git/hooks ro", Told(plan));
        Assert.Equal([new Placeholder("sub/.git/config.worktree", false), new Placeholder("sub/.git/hooks", true)], plan.Placeholders.AsEnumerable());
    }

    [Fact]
    public void Without_a_repository_one_can_be_made_inside() => Assert.Equal("", Told(Plan([".git/hooks", ".git/config"])));

    [Fact]
    public void The_git_file_of_a_worktree_is_protected_itself() => Assert.Equal(".git ro", Told(Plan([".git/hooks", ".git/config"], ".git")));

    [Theory]
    [InlineData(".git")]
    [InlineData(".git/hooks")]
    public void A_link_cannot_be_protected_and_says_how_to_go_on(string link)
    {
        var (_, failure) = GuardPlanning.For([".git/hooks"], path => path == link ? PathKind.Link : PathKind.Directory, _ => []);
        Assert.Equal("protection.link", failure?.Code);
        Assert.Contains("writable_paths", failure?.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".vscode", "")]
    [InlineData(".vscode/", "")]
    [InlineData(".git", ".vscode")]
    [InlineData(".git/hooks", ".vscode .git/config")]
    [InlineData("unknown", ".vscode .git/hooks .git/config")]
    public void What_is_listed_as_writable_is_not_protected(string writable, string left)
    {
        string[] wanted = writable.StartsWith(".vscode", StringComparison.Ordinal) ? [".vscode/"] : [".vscode", ".git/hooks", ".git/config"];
        var (paths, failure) = GuardPlanning.Effective(wanted, [writable]);
        Assert.Null(failure);
        Assert.Equal(left, string.Join(' ', paths));
    }

    [Fact]
    public void A_hole_in_a_protected_directory_is_refused_and_not_forgotten() =>
        Assert.Equal("protection.nested", GuardPlanning.Effective([".vscode"], [".vscode/tasks.json"]).Failure?.Code);

    [Fact]
    public void Every_protected_path_is_covered_and_no_directory_above_it_can_be_moved_whatever_is_there() =>
        Gen.Int[0, 3].Array[12].Sample(kinds =>
        {
            string[] paths = ["a/b/c", "a/b", "a/d", "e", "f/g"];
            var known = new Dictionary<string, PathKind>();
            PathKind Look(string path)
            {
                // No links here: they are refused. What is below something that is no directory is absent.
                var parent = path.Contains('/') ? path[..path.LastIndexOf('/')] : null;
                if (parent is not null && Look(parent) != PathKind.Directory) return PathKind.Absent;
                if (!known.TryGetValue(path, out var kind)) known[path] = kind = (PathKind)(kinds[known.Count % kinds.Length] % 3);
                return kind;
            }

            var (plan, failure) = GuardPlanning.For(paths, Look, path => known.Keys.Where(key => Path.GetDirectoryName(key) == path).Select(key => Path.GetFileName(key)).Append("other"));
            var guards = plan.Guards.ToDictionary(g => g.Path, g => g.ReadOnly);
            return failure is null && plan.Guards.All(g => !g.Opens || g.Path.EndsWith("/other", StringComparison.Ordinal)) && paths.All(path =>
            {
                var chain = path.Split('/').Select((_, i) => string.Join('/', path.Split('/')[..(i + 1)])).ToList();
                var outer = chain.FindIndex(p => guards.GetValueOrDefault(p));
                return outer >= 0 && chain[..outer].All(guards.ContainsKey);
            });
        });

    private static GuardPlan Plan(IReadOnlyList<string> paths, params string[] there)
    {
        var (plan, failure) = GuardPlanning.For(paths, path =>
            there.Contains(path + "/") ? PathKind.Directory : there.Contains(path) ? PathKind.File : PathKind.Absent,
            directory => there.Where(path => path.EndsWith('/') && Path.GetDirectoryName(path.TrimEnd('/')) == directory).Select(path => Path.GetFileName(path.TrimEnd('/'))));
        Assert.Null(failure);
        return plan;
    }

    private static string Told(GuardPlan plan) => string.Join(", ", plan.Guards.Select(g => $"{g.Path} {(g.ReadOnly ? "ro" : g.Opens ? "open" : "rw")}"));
}
