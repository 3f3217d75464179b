using EventsApi.Events;
using EventsApi.Locations;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Sources;

namespace EventsApi.Imports;

/// <summary>A row as it was understood, ready to be written; what it refers to is looked up when it is.</summary>
internal abstract class Mapped
{
    public required long Line { get; init; }

    public abstract Outcome Write(ImportSession into);
}

/// <summary>Somebody who took part, as a dataset names them.</summary>
/// <param name="Name">What the actor is called when it must be made.</param>
/// <param name="Kind">state, organization, person or group.</param>
internal sealed record Party(string Name, string Kind)
{
    /// <summary>By which it is known again, the surest first.</summary>
    public IReadOnlyList<Identifier> Identifiers { get; init; } = [];
    /// <summary>Its id in the default catalogue.</summary>
    public string? KnownAs { get; init; }
    public string? Classification { get; init; }
    public string? Sector { get; init; }
    /// <summary>ISO 3166-1 alpha-3.</summary>
    public string? Country { get; init; }
    /// <summary>A part of its state: its army, its courts.</summary>
    public bool IsOfState { get; init; }
    /// <summary>Whether a name alone may find it. The name of a country's police is made here, so it is known by its code.</summary>
    public bool MatchesByName { get; init; } = true;
    /// <summary>The name takes the country's behind it, in brackets.</summary>
    public bool NamesCountry { get; init; }
    /// <summary>Several people, so that a sentence about them says "attack" and not "attacks".</summary>
    public bool IsPlural { get; init; }
    /// <summary>A person of the country who may be known by this name, and acted for the party.</summary>
    public string? Person { get; init; }
}

/// <summary>A place as a dataset names it.</summary>
/// <param name="Kind">One of <see cref="Vocabulary.Words.LocationKind"/>.</param>
internal sealed record Place(string? Name, string Kind, string? Country)
{
    public double? Latitude { get; init; }
    public double? Longitude { get; init; }
    public string? Precision { get; init; }
    public IReadOnlyList<Identifier> Identifiers { get; init; } = [];
    /// <summary>The next place around it; without one, the country.</summary>
    public Place? Within { get; init; }

    /// <summary>An area: its name tells it from others of the country, and its point is only where a source put one.</summary>
    public bool IsArea => Kind is "admin1" or "admin2" or "region" or "water";

    public static Place OfCountry(string code) => new(null, "country", code);
}

/// <summary>A conflict that the event is part of.</summary>
/// <param name="Kind">One of <see cref="Vocabulary.Words.SituationKind"/>.</param>
internal sealed record Conflict(string Title, string Kind, IReadOnlyList<Identifier> Identifiers, Conflict? Parent = null);

/// <summary>A row that codes one event.</summary>
internal sealed class MappedEvent : Mapped
{
    /// <summary>Of the row and the way it is mapped: when both are the same, there is nothing to do.</summary>
    public required long Digest { get; init; }
    /// <summary>What is known without the catalogue; participants are without actors yet.</summary>
    public required EventInput Event { get; init; }
    /// <summary>The actor of each participant; null for the nameless.</summary>
    public required IReadOnlyList<Party?> Parties { get; init; }
    public Place? Place { get; init; }
    public IReadOnlyList<SourceInput> Sources { get; init; } = [];
    public Conflict? Conflict { get; init; }
    /// <summary>The row's id in its dataset.</summary>
    public required Identifier External { get; init; }
    /// <summary>Grows with newer versions of the row; 0 where unknown.</summary>
    public required long Release { get; init; }
    /// <summary>From the names of the participants, as the catalogue has them, and of the place.</summary>
    public required Func<IReadOnlyList<string>, EventLocation?, string> Title { get; init; }

    public override Outcome Write(ImportSession into) => into.Write(this);
}

/// <summary>A row that names one more source for an event that is known.</summary>
internal sealed class MappedMention : Mapped
{
    public required Identifier Event { get; init; }
    public required SourceInput Source { get; init; }

    public override Outcome Write(ImportSession into) => into.Write(this);
}

/// <summary>A record of ours.</summary>
internal sealed class MappedRecord : Mapped
{
    /// <summary>Of the row, by which a record without an id is known again.</summary>
    public required long Digest { get; init; }
    public required Kind Kind { get; init; }
    public required RecordInput Record { get; init; }
    /// <summary>The members that the row speaks of; a record that is known keeps its others.</summary>
    public required IReadOnlySet<string> Says { get; init; }
    /// <summary>Of a flat row: what it comes to beside what is known, which a table shows in part only.</summary>
    public Func<EventInput, IReadOnlyDictionary<string, string>, (EventInput Record, IReadOnlySet<string> Says)>? Beside { get; init; }

    public override Outcome Write(ImportSession into) => into.Write(this);
}

/// <summary>A line of an exported catalogue.</summary>
internal sealed class MappedCatalogueLine : Mapped
{
    public required byte[] Json { get; init; }

    public override Outcome Write(ImportSession into) => into.Write(this);
}

/// <summary>How the rows of one dataset are read.</summary>
internal abstract class Mapping
{
    /// <summary>In words, for the report.</summary>
    public abstract string Layout { get; }
    /// <summary>The dataset, made when it is not there.</summary>
    public abstract DatasetInput? Dataset { get; }
    /// <summary>Whether the file may be all that a release of the dataset has.</summary>
    public virtual bool IsRelease => Dataset is not null;
    /// <summary>What a column is called; null where the layout has no names.</summary>
    public virtual string? ColumnAt(int n) => null;
    /// <summary>A row in our terms; null for one that is no record, such as a header.</summary>
    /// <exception cref="RowException">The row cannot go in.</exception>
    public abstract Mapped? Map(Row row);

    /// <summary>Why the file is not whole, when all of it was read; null when it is.</summary>
    public virtual string? Truncation => null;

    /// <summary>Changes when rows are mapped otherwise than before, so that unchanged rows are mapped anew.</summary>
    protected const int Version = 1;

    protected static long DigestOf(Row row) => Digest.Number('\n', [$"{Version}", .. row.Cells]);
}
