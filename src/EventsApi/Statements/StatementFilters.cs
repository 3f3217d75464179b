using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Vocabulary;

namespace EventsApi.Statements;

/// <summary>The filters of statements and claims.</summary>
internal static class StatementFilters
{
    public static readonly Resource Statements = new()
    {
        Path = "statements", Tag = "Statements", Kind = Kind.Statement, Sorts = ["-date", "date", "-updated", "updated"], Item = [typeof(Statement)], Single = [typeof(Statement)], Includes = ["claims", "revisions"],
        Facets = [Facet.Record("speaker", "statement.speaker", Kind.Actor, "speaker"), Facet.Record("event", "statement.event", Kind.Event), Facet.Record("topic", "statement.topic", Kind.Topic), Facet.Word("form", "statement.form"), Facet.Word("voice", "statement.voice"), Facet.Word("certainty", "statement.certainty")],
        Filters =
        [
            FilterParameter.Ids("speaker", Kind.Actor, "Who said it.", "statement.speaker"),
            FilterParameter.Ids("post", Kind.Post, "In which post.", "statement.post"),
            FilterParameter.Ids("onBehalfOf", Kind.Actor, "For whom.", "statement.onBehalfOf"),
            FilterParameter.Ids("event", Kind.Event, "Said there, or about it.", "statement.event"),
            Mixed("about", "statement.about", "What it is about, as `kind:id`, such as situation:war-in-ukraine."),
            FilterParameter.Ids("topic", Kind.Topic, "A topic or one below it.", "statement.topic"),
            FilterParameter.Words("form", "statement.form", "quote or paraphrase.", Words.Form),
            FilterParameter.Words("voice", "statement.voice", "Whose voice it is: a speaker's, the meeting's, the author's or the catalogue's.", Words.Voice),
            FilterParameter.Words("certainty", "statement.certainty", "How surely it is said.", Words.Certainty),
            .. FilterParameter.Period,
            .. FilterParameter.Presence("statement.has", "speaker", "event", "date", "sources"),
            .. FilterParameter.Common(Kind.Statement),
        ],
        Together = reader => reader.Period(),
    };

    public static readonly Resource Claims = new()
    {
        Path = "claims", Tag = "Claims", Kind = Kind.Claim, Sorts = ["-updated", "updated"], Item = [typeof(Claim)], Single = [typeof(Claim)], Includes = ["revisions"],
        Filters =
        [
            Mixed("record", "claim.record", "The record it is about, as `kind:id`, such as membership:M133."),
            FilterParameter.Text("pointer", "claim.pointer", "JSON pointer of the member, such as /start."),
            FilterParameter.Words("certainty", "claim.certainty", "How surely the source says it.", Words.Certainty),
            FilterParameter.Flag("preferred", "claim.preferred", "Whether the record carries this value."),
            .. FilterParameter.Presence("claim.has", "sources"),
            .. FilterParameter.Common(Kind.Claim),
        ],
    };

    /// <summary>A reference where kinds could mix: kind:id, the id itself or scheme:value.</summary>
    public static FilterParameter Mixed(string name, string field, string description) => new(name, description, ValueShape.Text, FilterParameter.Sets, (reader, op, values) => reader.Lists(name, op, [.. values.Select(value =>
    {
        var colon = value.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || Kind.Named(value[..colon]) is not { } kind)
            throw ProblemException.Parameter(name, "unknown-value", $"'{value}' does not say which kind of record is meant. Send kind:id, such as event:E1.", Kind.Names, colon > 0 ? Folding.Nearest(value[..colon], Kind.Names) : null);
        return $"{kind.Name}:{reader.IdOf(name, kind, value[(colon + 1)..])}";
    })], v => [(field, v)]));
}
