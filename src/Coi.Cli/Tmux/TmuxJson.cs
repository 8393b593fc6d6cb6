using System.Text.Json.Serialization;

namespace Coi.Cli.Tmux;

/// <summary>What <c>coi tmux send</c> prints.</summary>
/// <param name="Container">Name of the container.</param>
/// <param name="Session">Name of the tmux session.</param>
/// <param name="User">Whose it is.</param>
/// <param name="Keys">The keys that were pressed behind the text.</param>
internal sealed record SentText(string Container, string Session, string User, IReadOnlyList<string> Keys);

/// <summary>What <c>coi tmux capture</c> prints.</summary>
/// <param name="Container">Name of the container.</param>
/// <param name="Session">Name of the tmux session.</param>
/// <param name="User">Whose it is.</param>
/// <param name="Lines">The lines of the screen.</param>
internal sealed record CapturedScreen(string Container, string Session, string User, IReadOnlyList<string> Lines);

/// <summary>A session, as <c>coi tmux list</c> prints it.</summary>
/// <param name="Container">Name of the container.</param>
/// <param name="Session">Name of the tmux session.</param>
/// <param name="User">Whose it is.</param>
/// <param name="Attached">How many terminals show it.</param>
/// <param name="Windows">How many windows it has.</param>
/// <param name="CreatedAt">When it was made.</param>
internal sealed record ListedSession(string Container, string Session, string User, int Attached, int Windows, DateTimeOffset CreatedAt);

/// <summary>Serialisation of what is printed.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SentText))]
[JsonSerializable(typeof(CapturedScreen))]
[JsonSerializable(typeof(ListedSession[]))]
internal sealed partial class TmuxJson : JsonSerializerContext;
