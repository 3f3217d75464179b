using EventsApi.Actors;
using EventsApi.Events;
using EventsApi.Locations;
using EventsApi.Meetings;
using EventsApi.Search;
using EventsApi.Seed;
using EventsApi.Situations;
using EventsApi.Sources;
using EventsApi.Statements;
using EventsApi.Storage;
using EventsApi.Vocabulary;
using FluentValidation;

namespace EventsApi.Records;

internal static class CatalogueServices
{
    /// <summary>The catalogue with a writer for each noun.</summary>
    public static void AddCatalogue(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<CatalogueOptions>().Bind(configuration.GetSection(CatalogueOptions.Section))
            .Validate(o => o.Seed is "default" or "none", "Catalogue:Seed is 'default' or 'none'.")
            .Validate(o => o.Path.Length > 0, "Catalogue:Path is empty; name a file, such as data/catalogue.db.")
            .Validate(o => o.DeadlineMilliseconds is >= 50 and <= 600_000, "Catalogue:DeadlineMilliseconds lies between 50 and 600000.")
            .Validate(o => o.StandbyLagMilliseconds is >= 0 and <= 3_600_000, "Catalogue:StandbyLagMilliseconds lies between 0, for no reads from standbys, and 3600000.")
            .Validate(o => o.SearchQueue is >= 1 and <= 100_000, "Catalogue:SearchQueue lies between 1 and 100000.")
            .Validate(o => o.HeavyQueue is >= 1 and <= 10_000, "Catalogue:HeavyQueue lies between 1 and 10000.")
            .ValidateOnStart();
        foreach (var found in AssemblyScanner.FindValidatorsInAssembly(typeof(Server).Assembly, includeInternalTypes: true)) services.AddSingleton(found.InterfaceType, found.ValidatorType);
        foreach (var writer in (Type[])
            [typeof(DatasetWriter), typeof(SourceWriter), typeof(TopicWriter), typeof(LocationWriter), typeof(ActorWriter), typeof(MembershipWriter), typeof(PostWriter),
             typeof(SeriesWriter), typeof(SituationWriter), typeof(RelationWriter), typeof(StatementWriter), typeof(ClaimWriter), typeof(EventWriter)])
            services.AddSingleton(typeof(RecordWriter), writer);
        services.AddSingleton<RecordWriters>();
        services.AddSingleton<Database>();
        services.AddSingleton<DefaultCatalogue>();
        services.AddSingleton<Lists>();
        services.AddSingleton<Singles>();
    }
}
