using System.Collections.Immutable;
using System.Globalization;

namespace Coi.Domain.Configuration;

/// <summary>A value of the configuration: <see cref="Text"/>, <see cref="Flag"/>, <see cref="Number"/>, <see cref="TextList"/>, <see cref="Mount"/> or, where a file says something that no key takes, <see cref="Other"/>. Use pattern matching.</summary>
public abstract record ConfigurationValue
{
    private ConfigurationValue() { }

    /// <summary>How a person calls this kind of value.</summary>
    public abstract string Kind { get; }

    /// <summary>A string.</summary>
    public sealed record Text(string Value) : ConfigurationValue
    {
        /// <inheritdoc />
        public override string Kind => "a string";

        /// <inheritdoc />
        public override string ToString() =>
            $"\"{PlainText.Of(Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal))}\"";
    }

    /// <summary>True or false.</summary>
    public sealed record Flag(bool Value) : ConfigurationValue
    {
        /// <inheritdoc />
        public override string Kind => "a boolean";

        /// <inheritdoc />
        public override string ToString() => Value ? "true" : "false";
    }

    /// <summary>A whole number.</summary>
    public sealed record Number(long Value) : ConfigurationValue
    {
        /// <inheritdoc />
        public override string Kind => "a whole number";

        /// <inheritdoc />
        public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A list of strings.</summary>
    public sealed record TextList(ImmutableArray<string> Values) : ConfigurationValue
    {
        /// <inheritdoc />
        public override string Kind => "a list of strings";

        /// <summary>Lists are equal when their entries are.</summary>
        public bool Equals(TextList? other) => other is not null && Values.SequenceEqual(other.Values, StringComparer.Ordinal);

        /// <inheritdoc />
        public override int GetHashCode() => Values.Aggregate(17, (hash, value) => HashCode.Combine(hash, value));

        /// <inheritdoc />
        public override string ToString() => $"[{string.Join(", ", Values.Select(value => new Text(value)))}]";
    }

    /// <summary>A directory of the host inside the container.</summary>
    public sealed record Mount(string Host, string Container, bool ReadOnly) : ConfigurationValue
    {
        /// <inheritdoc />
        public override string Kind => "a mount";

        /// <inheritdoc />
        public override string ToString() =>
            $"{{ host = {new Text(Host)}, container = {new Text(Container)}{(ReadOnly ? ", readonly = true" : "")} }}";
    }

    /// <summary>One table of a list of tables, not yet read.</summary>
    public sealed record Table(ImmutableArray<RawSetting> Entries) : ConfigurationValue
    {
        /// <inheritdoc />
        public override string Kind => "a list of tables";

        /// <inheritdoc />
        public override string ToString() => Kind;
    }

    /// <summary>Something that no key takes, such as a date or a table.</summary>
    public sealed record Other(string Name) : ConfigurationValue
    {
        /// <inheritdoc />
        public override string Kind => Name;

        /// <inheritdoc />
        public override string ToString() => Name;
    }
}
