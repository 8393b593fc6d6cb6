namespace Coi.EndToEnd.Tests.Support;

/// <summary>A user of the machine, made for a test.</summary>
internal sealed class TestUser : IAsyncDisposable
{
    private static readonly Lazy<Task> Cleared = new(ClearAsync);

    private readonly bool _made;

    private TestUser(string name, int uid, int gid, bool made)
    {
        Name = name;
        Uid = uid;
        Gid = gid;
        _made = made;
    }

    /// <summary>Login name.</summary>
    public string Name { get; }

    /// <summary>User id.</summary>
    public int Uid { get; }

    /// <summary>Id of the primary group.</summary>
    public int Gid { get; }

    /// <summary>What is put before a command so that it runs as this user, with the groups of a login.</summary>
    public IReadOnlyList<string> Become => Uid == 0 ? [] : ["setpriv", "--reuid", Uid.ToString(), "--regid", Current ?? Gid.ToString(), .. Current is null ? Groups : ["--groups", $"{Current},{Gid}"], "--"];

    /// <summary>Id of the group that <c>newgrp</c> has changed to; null where it has not.</summary>
    public string? Current { get; set; }

    /// <summary>Id of Incus' group.</summary>
    public static async Task<string> IncusGroupAsync() => (await Shell.OutputAsync("getent", "group", "incus-admin")).Split(':')[2];

    /// <summary>Ids of the supplementary groups.</summary>
    private IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Makes a user; root is there already.</summary>
    /// <param name="uid">User id; one that is in use is used a second time.</param>
    /// <param name="mayUseIncus">Whether it is in Incus' group.</param>
    public static async Task<TestUser> CreateAsync(int uid, bool mayUseIncus = true)
    {
        Machine.RequireRoot("making users to run coi as");
        if (uid == 0) return new TestUser("root", 0, 0, made: false);
        await Cleared.Value;
        var name = $"coi-e2e-{uid}-{Guid.NewGuid().ToString("n")[..6]}";
        await Shell.OutputAsync("groupadd", "--non-unique", "--gid", uid.ToString(), name);
        await Shell.OutputAsync("useradd", "--non-unique", "--uid", uid.ToString(), "--gid", name, "--no-create-home", "--home-dir", "/nonexistent", name);
        var incus = await IncusGroupAsync();
        return new TestUser(name, uid, uid, made: true) { Groups = mayUseIncus ? ["--groups", incus] : ["--clear-groups"] };
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_made) await RemoveAsync(Name);
    }

    // Those of a run that was killed.
    private static async Task ClearAsync()
    {
        foreach (var line in await File.ReadAllLinesAsync("/etc/passwd"))
            if (line.Split(':')[0] is var name && name.StartsWith("coi-e2e-", StringComparison.Ordinal)) await RemoveAsync(name);
    }

    // By name, and with force: another user may have the same uid and be at work.
    private static async Task RemoveAsync(string name)
    {
        await Shell.RunAsync("userdel", ["-f", name]);
        await Shell.RunAsync("groupdel", [name]);
    }
}
