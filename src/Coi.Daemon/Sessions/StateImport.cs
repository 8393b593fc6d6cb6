using System.Text.Json.Nodes;
using Coi.Domain.Tools;

namespace Coi.Daemon.Sessions;

/// <summary>
/// Brings the user's credentials, settings and texts from the host into one of a session's state directories. The directory is hostile
/// ground: what is unusable there is named in the notices and replaced or left alone, it never stops a session.
/// </summary>
internal sealed class StateImport(SessionPreparation preparation, StateDirectory place, UnixDirectory state, List<string> notices)
{
    private const long CredentialLimit = 1 << 20;
    private const long SettingsLimit = 8 << 20;
    private const long StateFileLimit = 64 << 20;
    private const string Unreadable = ".unreadable";

    private readonly ToolDefinition _tool = preparation.Tool;

    private string? HostDirectory => preparation.HostHome is { } home ? Path.Combine(home, place.Path) : null;

    /// <summary>Does all of it.</summary>
    public void Run()
    {
        state.RemoveLeftovers();
        var hostCredential = false;
        foreach (var entry in _tool.Imports.Where(entry => IsHere(entry.Directory)))
            hostCredential |= Guarded(entry.Path, () => Import(entry));
        if (_tool.Settings is { } settings && IsHere(null))
            Guarded(settings.Path, () => MergeSettings(settings));
        if (_tool.StateFile is { } file && IsHere(file.Directory))
            Guarded(file.Path, () => MergeStateFile(file, hostCredential));
    }

    private bool IsHere(string? directory) => (directory ?? _tool.StateDirectories[0].Path) == place.Path;

    private bool Guarded(string name, Func<bool> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            notices.Add($"{name} was not taken over: {e.Message}");
            return false;
        }
    }

    /// <summary>True when the host's credential was taken.</summary>
    private bool Import(ImportedEntry entry)
    {
        if (HostDirectory is not { } host)
            return false;
        var source = Path.Combine(host, entry.Path);
        if (entry.IsDirectory)
        {
            new DirectoryImport(notices).Copy(source, state, entry.Path.TrimEnd('/'));
            return false;
        }
        if (UnixDirectory.TryReadTrusted(source, CredentialLimit) is not { } file)
            return false;
        var stored = Stored(entry.Path, CredentialLimit);
        var modified = state.Stat(entry.Path)?.Modified;
        var take = entry.Kind is ImportKind.Credential
            ? CredentialChoice.HostWins(entry, file, stored, modified)
            : stored is null || file.Modified > modified;
        if (!take)
            return false;
        if (stored is null || !stored.AsSpan().SequenceEqual(file.Content))
            state.Write(entry.Path, file.Content, UnixDirectory.PrivateFile, file.Modified, durable: false);
        return entry.Kind is ImportKind.Credential;
    }

    private bool MergeSettings(SettingsFile settings)
    {
        var host = HostDirectory is { } directory ? HostObject(Path.Combine(directory, settings.Path), SettingsLimit) : [];
        var stored = StoredObject(settings.Path, SettingsLimit);
        var merged = JsonMerge.Deep(JsonMerge.Deep(host, stored ?? []), JsonText.Object(settings.Enforce));
        WriteObject(settings.Path, merged, stored);
        return true;
    }

    private bool MergeStateFile(StateFile file, bool hostCredential)
    {
        var host = preparation.HostHome is { } home ? HostObject(Path.Combine(home, file.HostPath), StateFileLimit) : [];
        var stored = StoredObject(file.Path, StateFileLimit);
        var picked = new JsonObject(host.Where(pair => file.HostKeys.Contains(pair.Key)).Select(Clone));
        var merged = JsonMerge.Deep(JsonMerge.Deep(JsonText.Object(file.Default), picked), stored ?? []);
        foreach (var (key, value) in host.Where(pair => file.CredentialKeys.Contains(pair.Key)).Select(Clone))
        {
            if (hostCredential || !merged.ContainsKey(key))
                merged[key] = value;
        }
        merged = JsonMerge.Deep(merged, JsonText.Object(file.Enforce));
        if (_tool.ApiKeyApproval is { } approval && preparation.Environment.GetValueOrDefault(approval.Variable) is { Length: > 0 } apiKey)
            ApiKeyApprovals.Add(merged, approval, apiKey);
        WriteObject(file.Path, merged, stored);
        return true;
    }

    private static KeyValuePair<string, JsonNode?> Clone(KeyValuePair<string, JsonNode?> pair) => new(pair.Key, pair.Value?.DeepClone());

    private JsonObject HostObject(string path, long limit)
    {
        if (UnixDirectory.TryReadTrusted(path, limit) is not { } file || file.Content.Length == 0)
            return [];
        if (StateText.TryParse(path, file.Content) is { } value)
            return value;
        notices.Add($"{path} is not {StateText.Kind(path)} and was not taken over");
        return [];
    }

    private JsonObject? StoredObject(string name, long limit)
    {
        if (Stored(name, limit) is not { Length: > 0 } content)
            return null;
        if (StateText.TryParse(name, content) is { } value)
            return value;
        state.Rename(name, name + Unreadable);
        notices.Add($"{state.Path}/{name} is not {StateText.Kind(name)}; it is kept as {name}{Unreadable}");
        return null;
    }

    private byte[]? Stored(string name, long limit)
    {
        try
        {
            return state.TryRead(name, limit);
        }
        catch (UnsafeEntryException e)
        {
            state.Rename(name, name + Unreadable);
            notices.Add($"{e.Message}; it is kept as {name}{Unreadable}");
            return null;
        }
    }

    private void WriteObject(string name, JsonObject value, JsonObject? stored)
    {
        if (stored is null || !JsonNode.DeepEquals(stored, value))
            state.Write(name, StateText.Bytes(name, value), durable: false);
    }
}
