using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Coi.Domain.Configuration;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Coi.Daemon.Configuration;

/// <summary>Takes a TOML file apart into single keys, each with its place.</summary>
internal static partial class TomlLayer
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static (IEnumerable<RawSetting> Raw, ImmutableArray<ConfigurationProblem> Problems) Read(byte[] content, string path, Layer layer)
    {
        string text;
        try
        {
            text = Utf8.GetString(content).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            return ([], [new ConfigurationProblem("config.invalid_toml", "the file is not UTF-8 text", new Origin(layer, path), null, "save it as UTF-8")]);
        }
        DocumentSyntax document;
        try
        {
            document = SyntaxParser.Parse(text, path, validate: true);
        }
        catch (Exception e) when (TomlFaults.IsOne(e))
        {
            return ([], [new ConfigurationProblem("config.invalid_toml", TomlFaults.Explain(e), new Origin(layer, path), null, null)]);
        }
        if (document.HasErrors)
            return ([], [.. document.Diagnostics.Where(message => message.Kind is DiagnosticMessageKind.Error).Select(Problem)]);
        var raw = new List<RawSetting>();
        Add(document.KeyValues, [], raw);
        foreach (var table in document.Tables)
        {
            var name = table.Name is { } key ? Parts(key) : [];
            if (table is TableArraySyntax)
                raw.Add(new RawSetting(name, Table(table.Items, Add), At(table)));
            else if (table.Items.ChildrenCount == 0 && !ConfigurationKeys.IsTable(name))
                raw.Add(new RawSetting(name, new ConfigurationValue.Other("a table"), At(table)));
            else
                Add(table.Items, name, raw);
        }
        return (raw, []);

        void Add(IEnumerable<KeyValueSyntax> items, ImmutableArray<string> parent, List<RawSetting> target)
        {
            foreach (var item in items)
            {
                var name = parent.AddRange(item.Key is { } key ? Parts(key) : []);
                if (item.Value is InlineTableSyntax inline && (inline.Items.ChildrenCount > 0 || ConfigurationKeys.IsTable(name)))
                    Add(Entries(inline), name, target);
                else if (item.Value is ArraySyntax { Items.ChildrenCount: > 0 } list && list.Items.All(entry => entry.Value is InlineTableSyntax))
                    target.AddRange(list.Items.Select(entry => entry.Value).OfType<InlineTableSyntax>().Select(entry => new RawSetting(name, Table(Entries(entry), Add), At(entry))));
                else
                    target.Add(new RawSetting(name, Value(item.Value), At(item)));
            }
        }

        // Positions count from zero in the parser, from one for people.
        Origin At(SyntaxNode node) => new(layer, path, node.Span.Start.Line + 1, node.Span.Start.Column + 1);

        ConfigurationProblem Problem(DiagnosticMessage message) => new(
            "config.invalid_toml", Redefinition().Replace(message.Message, " in line $1").TrimEnd('.'), new Origin(layer, path, message.Span.Start.Line + 1, message.Span.Start.Column + 1), null, null);
    }

    // The parser quotes all that stands at the first place, comments included.
    [GeneratedRegex(@" at \((\d+),\d+\) with `.*` and cannot be redefined$", RegexOptions.Singleline)]
    private static partial Regex Redefinition();

    private static ConfigurationValue.Table Table(IEnumerable<KeyValueSyntax> items, Action<IEnumerable<KeyValueSyntax>, ImmutableArray<string>, List<RawSetting>> add)
    {
        var entries = new List<RawSetting>();
        add(items, [], entries);
        return new ConfigurationValue.Table([.. entries]);
    }

    private static IEnumerable<KeyValueSyntax> Entries(InlineTableSyntax table) => table.Items.Select(entry => entry.KeyValue).OfType<KeyValueSyntax>();

    private static ImmutableArray<string> Parts(KeySyntax key) => [Part(key.Key), .. key.DotKeys.Select(dotted => Part(dotted.Key))];

    private static string Part(BareKeyOrStringValueSyntax? part) => part switch
    {
        BareKeySyntax bare => bare.Key?.Text ?? "",
        StringValueSyntax quoted => quoted.Value ?? "",
        _ => "",
    };

    private static ConfigurationValue Value(ValueSyntax? value) => value switch
    {
        StringValueSyntax text => new ConfigurationValue.Text(text.Value ?? ""),
        BooleanValueSyntax flag => new ConfigurationValue.Flag(flag.Value),
        IntegerValueSyntax number => new ConfigurationValue.Number(number.Value),
        ArraySyntax list when list.Items.All(item => item.Value is StringValueSyntax) =>
            new ConfigurationValue.TextList([.. list.Items.Select(item => item.Value is StringValueSyntax { Value: { } text } ? text : "")]),
        ArraySyntax => new ConfigurationValue.Other("a list with something else than strings"),
        FloatValueSyntax => new ConfigurationValue.Other("a number with a fraction"),
        DateTimeValueSyntax => new ConfigurationValue.Other("a date or time"),
        InlineTableSyntax => new ConfigurationValue.Other("a table"),
        _ => new ConfigurationValue.Other("nothing"),
    };
}
