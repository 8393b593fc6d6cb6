namespace Coi.Domain.Slots;

/// <summary>Who asked for something, as the socket tells: the history's "who". Nothing of the command line, which may hold secrets.</summary>
/// <param name="Uid">The user.</param>
/// <param name="Pid">The process, gone by the time that anybody reads this.</param>
/// <param name="Program">Name of its program; null when it could not be read any more.</param>
public sealed record Requester(int Uid, int Pid, string? Program = null);
