using EventsApi.Actors;
using EventsApi.Http;
using EventsApi.Records;
using EventsApi.Search;
using EventsApi.Vocabulary;
using FluentValidation;

namespace EventsApi.Locations;

/// <summary>A place: region, country, admin1, admin2, city, street, venue or water.</summary>
public sealed record Location : Record
{
    public required string Id { get; init; }
    [CodeList("location-kind")] public required string Kind { get; init; }
    public required string Name { get; init; }
    public IReadOnlyList<Name> Names { get; init; } = [];
    /// <summary>The next place around it.</summary>
    public Reference? Parent { get; init; }
    /// <summary>Every place around it, the nearest first.</summary>
    public IReadOnlyList<Reference> Path { get; init; } = [];
    /// <summary>ISO 3166-1 alpha-3.</summary>
    public string? Country { get; init; }
    /// <summary>WGS 84 degrees, north positive.</summary>
    public double? Latitude { get; init; }
    /// <summary>WGS 84 degrees, east positive.</summary>
    public double? Longitude { get; init; }
    /// <summary>What the coordinates stand for.</summary>
    [CodeList("place-precision")] public string? Precision { get; init; }
    /// <summary>The language of <c>name</c>; only when a language was asked for.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public string? NameLanguage { get; init; }
    public required string Href { get; init; }
}

[ShapeOf(typeof(Location))]
public sealed record LocationInput : RecordInput
{
    public string? Kind { get; init; }
    public string? Name { get; init; }
    public IReadOnlyList<Name>? Names { get; init; }
    public ReferenceInput? Parent { get; init; }
    public string? Country { get; init; }
    public double? Latitude { get; init; }
    public double? Longitude { get; init; }
    public string? Precision { get; init; }
}

internal sealed class LocationInputValidator : AbstractValidator<LocationInput>
{
    public LocationInputValidator()
    {
        RuleFor(l => l.Id).ReadableId();
        RuleFor(l => l.Kind).NotEmpty().OneOf(Words.LocationKind);
        RuleFor(l => l.Name).NotEmpty().MaximumLength(ActorInputValidator.LongestName);
        RuleFor(l => l.Precision).OneOf(Words.PlacePrecision);
        RuleFor(l => l.Country).Alpha3();
        RuleFor(l => l.Latitude).InclusiveBetween(-90, 90).WithMessage("A latitude is between -90 and 90.").WithErrorCode("out-of-range");
        RuleFor(l => l.Longitude).InclusiveBetween(-180, 180).WithMessage("A longitude is between -180 and 180.").WithErrorCode("out-of-range");
        RuleFor(l => l.Longitude).NotNull().When(l => l.Latitude is not null).WithMessage("Send latitude and longitude together.").WithErrorCode("required");
        RuleFor(l => l.Latitude).NotNull().When(l => l.Longitude is not null).WithMessage("Send latitude and longitude together.").WithErrorCode("required");
        RuleForEach(l => l.Names).SetValidator(new NameValidator());
    }
}

/// <summary>The one place where a location enters.</summary>
internal sealed class LocationWriter(IValidator<LocationInput> validator) : RecordWriter<LocationInput>(validator)
{
    public override Kind Kind => Records.Kind.Location;

    protected override string? ReadableId(LocationInput input) => Slug.Of(input.Name!);

    protected override (string? Name, string? Word) Show(LocationInput input) => (input.Name, input.Kind);

    protected override LocationInput Settle(RecordSession session, LocationInput input) => input with
    {
        Precision = input.Precision ?? input.Kind,
        Parent = Settle(session, Records.Kind.Location, input.Parent, "/parent"),
        Sources = SettleAll(session, Records.Kind.Source, input.Sources, "/sources"),
    };

    protected override string[] ShownElsewhere => ["name", "kind", "parent", "country", "latitude", "longitude", "precision"];

    protected override void Check(WriteSession session, Known known, LocationInput input)
    {
        if (input.Parent is { } parent && (parent.Id == known.Id || Around(session, parent.Id).Any(p => p.Id == known.Id))) throw ProblemException.Rule("/parent", "circle", $"'{parent.Id}' lies inside '{known.Id}', so this would be a circle.");
        if (input is { Latitude: { } latitude, Longitude: { } longitude, Country: { } country } && !Extents.MayHold(country, latitude, longitude))
            session.Warnings.Add(new Warning("/latitude", "outside-country", $"{latitude}, {longitude} does not lie in {country}. Look whether latitude and longitude are swapped, or a sign is missing."));
    }

    protected override void Describe(RecordSession session, Known known, LocationInput input, Derived derived)
    {
        var around = Around(session, known.Id);
        derived.Names = [new Name(input.Name!, "en", null, "common"), .. input.Names ?? []];
        derived.Answer(new Location
        {
            Id = known.Id, Kind = input.Kind!, Name = input.Name!, Names = input.Names ?? [], Parent = Refer(session, Records.Kind.Location, input.Parent),
            Path = [.. around.Select(p => new Reference(p.Id, p.Name!, p.Word!))], Country = input.Country, Latitude = input.Latitude, Longitude = input.Longitude, Precision = input.Precision,
            Href = Kind.Href(known.Id),
            Identifiers = input.Identifiers ?? [], Sources = SourcesOf(session, input), Revision = derived.Revision, CreatedAt = Instant(derived.CreatedAt), UpdatedAt = Instant(derived.UpdatedAt),
        });
        foreach (var name in derived.Names) derived.Text(TextColumn.Title, name.Text);
        foreach (var place in around) derived.Text(TextColumn.Places, place.Name);
        derived.Text(TextColumn.Topics, input.Kind);
        derived.List("location.kind", input.Kind);
        derived.List("location.country", input.Country);
        derived.List("location.precision", input.Precision);
        derived.List("location.within", known.Id);
        foreach (var place in around) derived.List("location.within", place.Id);
        derived.List("location.parent", input.Parent?.Id);
        derived.List("location.has", "coordinates", input.Latitude is not null);
        derived.List("location.has", "country", input.Country is not null);
        derived.List("location.has", "identifiers", input.Identifiers is { Count: > 0 });
        derived.SortName(input.Name!);
        if (input.Latitude is { } latitude) derived.Point = (latitude, input.Longitude!.Value, !IsFine(input.Precision));
    }

    /// <summary>The places around a place, the nearest first.</summary>
    public static IReadOnlyList<Known> Around(RecordSession session, string id) => session.Above<LocationInput>(Records.Kind.Location, id, l => l.Parent);

    /// <summary>Whether a point stands for an admin2 or less, so that boxes and clusters may use it as it is.</summary>
    public static bool IsFine(string? precision) => precision is "venue" or "street" or "city" or "admin2";
}
